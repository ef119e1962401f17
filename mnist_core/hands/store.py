"""The hands and drawings in the database."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime

import numpy as np
from sqlalchemy import Engine, delete, func, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, defer, sessionmaker

from mnist_core.hands.database import HandError, explain_database_errors, for_writing
from mnist_core.hands.models import MAX_NAME_LENGTH, Drawing, Hand
from mnist_core.hands.records import (
    HandInfo,
    ImportResult,
    KeptDrawing,
    KeptId,
    NewDrawing,
    check_label,
    make_row,
    read_row,
)
from mnist_core.messages import message
from mnist_core.runs.names import is_printable

DEFAULT_NAME = "My hand"
MAX_HANDS = 500
MAX_DRAWINGS = 5_000
DELETED = message("This hand has been deleted. Choose another one on the page My hand.")

_ALL_HANDS = select(Hand).order_by(Hand.id)


class HandStore:
    """The hands and their drawings. Every method is one transaction and may raise `HandError`.

    Args:
        engine: A database whose tables are up to date, as `open_hands` returns it.
    """

    def __init__(self, engine: Engine) -> None:
        self._sessions = sessionmaker(engine)
        self._writing_sessions = sessionmaker(for_writing(engine))

    def list_hands(self) -> list[HandInfo]:
        """Return all hands, the oldest first; the first use creates the default hand."""
        with explain_database_errors():
            hands = self._read_hands()
            if not hands:
                with self._writing_sessions() as session:
                    session.add(_make_hand(DEFAULT_NAME))
                    try:
                        session.commit()
                    except IntegrityError:  # another process was quicker
                        session.rollback()
                hands = self._read_hands()
        return hands

    def add_hand(self, name: str) -> HandInfo:
        """Add a hand.

        Raises:
            HandError: The name is taken or not acceptable, or there are too many hands.
        """
        name = _check_name(name)
        with explain_database_errors(), self._writing_sessions() as session:
            if (session.scalar(select(func.count(Hand.id))) or 0) >= MAX_HANDS:
                raise HandError(
                    message(
                        "There are {most} hands already, and no more can be added. Delete one "
                        "first.",
                        most=MAX_HANDS,
                    )
                )
            hand = _make_hand(name)
            session.add(hand)
            with _explain_taken(name):
                session.commit()
            return HandInfo(hand.id, hand.name)

    def rename_hand(self, hand_id: int, name: str) -> None:
        """Rename a hand.

        Raises:
            HandError: The name is taken or not acceptable.
        """
        name = _check_name(name)
        with (
            explain_database_errors(),
            self._writing_sessions.begin() as session,
            _explain_taken(name),
        ):
            session.execute(update(Hand).where(Hand.id == hand_id).values(name=name))

    def delete_hand(self, hand_id: int) -> None:
        """Delete a hand that has no drawings.

        Raises:
            HandError: It has drawings.
        """
        with explain_database_errors(), self._writing_sessions.begin() as session:
            _lock_hand(session, hand_id)  # nobody can keep a drawing in it meanwhile
            if session.scalar(select(Drawing.id).where(Drawing.hand_id == hand_id).limit(1)):
                raise HandError(
                    message("This hand has drawings. Delete them first, under “Drawings”.")
                )
            session.execute(delete(Hand).where(Hand.id == hand_id))

    def keep(self, hand_id: int, drawing: NewDrawing) -> KeptId:
        """Keep a drawing.

        If the hand has the same image already, that one gets the new label.

        Returns:
            What `take_back` needs.

        Raises:
            HandError: The label is not a digit, the hand does not exist, or it is full.
        """
        row = make_row(hand_id, drawing)
        same_image = (Drawing.hand_id == hand_id) & (Drawing.digest == row.digest)
        find = select(Drawing.id, Drawing.label).where(same_image)
        with explain_database_errors(), self._writing_sessions.begin() as session:
            if not _lock_hand(session, hand_id):
                raise HandError(DELETED)
            existing = session.execute(find).one_or_none()
            if existing is None:
                _check_room(session, hand_id, 1)
                session.add(row)
                session.flush()
                return KeptId(row.id)
            session.execute(update(Drawing).where(same_image).values(label=drawing.label))
            return KeptId(*existing)

    def take_back(self, kept: KeptId) -> None:
        """Undo `keep`: delete the drawing, or give it the label that it had before."""
        if kept.previous_label is None:
            self.delete(kept.id)
        else:
            self.correct(kept.id, kept.previous_label)

    def import_drawings(self, hand_id: int, drawings: Sequence[NewDrawing]) -> ImportResult:
        """Keep many drawings; those whose image the hand has already are left out.

        Raises:
            HandError: A label is not a digit, the hand does not exist, or it has no room for them.
        """
        rows = {row.digest: row for row in (make_row(hand_id, each) for each in drawings)}
        with explain_database_errors(), self._writing_sessions.begin() as session:
            if not _lock_hand(session, hand_id):
                raise HandError(DELETED)
            known = set(session.scalars(select(Drawing.digest).where(Drawing.hand_id == hand_id)))
            new = [row for digest, row in rows.items() if digest not in known]
            _check_room(session, hand_id, len(new))
            session.add_all(new)
        return ImportResult(len(new), len(drawings) - len(new))

    def list_drawings(self, hand_id: int, with_strokes: bool = False) -> list[KeptDrawing]:
        """Return a hand's drawings in the order in which they were kept.

        Args:
            hand_id: The hand.
            with_strokes: Whether to read the strokes, too, which may be a hundred times as large
                as the images.
        """
        query = select(Drawing).where(Drawing.hand_id == hand_id).order_by(Drawing.id)
        if not with_strokes:
            query = query.options(defer(Drawing.strokes))
        with explain_database_errors(), self._sessions() as session:
            rows = session.scalars(query)
            return [read_row(row, row.strokes if with_strokes else []) for row in rows]

    def count(self, hand_id: int) -> np.ndarray:
        """Return how many drawings of each digit a hand has, (10,) int64."""
        query = (
            select(Drawing.label, func.count(Drawing.id))
            .where(Drawing.hand_id == hand_id)
            .group_by(Drawing.label)
        )
        counts = np.zeros(10, np.int64)
        with explain_database_errors(), self._sessions() as session:
            for label, number in session.execute(query):
                counts[label] = number
        return counts

    def correct(self, drawing_id: int, label: int) -> None:
        """Give a drawing another label; one that was deleted in the meantime stays deleted."""
        check_label(label)
        with explain_database_errors(), self._writing_sessions.begin() as session:
            session.execute(update(Drawing).where(Drawing.id == drawing_id).values(label=label))

    def delete(self, *drawing_ids: int) -> None:
        """Delete drawings; those that are gone already stay so."""
        with explain_database_errors(), self._writing_sessions.begin() as session:
            session.execute(delete(Drawing).where(Drawing.id.in_(drawing_ids)))

    def _read_hands(self) -> list[HandInfo]:
        with self._sessions() as session:
            return [HandInfo(row.id, row.name) for row in session.scalars(_ALL_HANDS)]


def _make_hand(name: str) -> Hand:
    return Hand(name=name, created=datetime.now(UTC))


@contextmanager
def _explain_taken(name: str) -> Iterator[None]:
    try:
        yield
    except IntegrityError as error:
        raise HandError(
            message("There is a hand “{name}” already. Enter another name.", name=name)
        ) from error


def _check_name(name: str) -> str:
    name = name.strip()
    if not 1 <= len(name) <= MAX_NAME_LENGTH or not is_printable(name):
        raise HandError(
            message(
                "The name of a hand must have 1 to {most} characters on one line. Enter another "
                "name.",
                most=MAX_NAME_LENGTH,
            )
        )
    return name


def _lock_hand(session: Session, hand_id: int) -> bool:
    """Let no other transaction change a hand and its number of drawings before this one ends.

    Returns:
        Whether the hand exists.
    """
    lock = select(Hand.id).where(Hand.id == hand_id).with_for_update()
    return session.scalar(lock) is not None


def _check_room(session: Session, hand_id: int, added: int) -> None:
    count = session.scalar(select(func.count(Drawing.id)).where(Drawing.hand_id == hand_id)) or 0
    if count + added > MAX_DRAWINGS:
        raise HandError(
            message(
                "A hand can have {most:,} drawings; this one has {count:,}, and {added:,} would "
                "be added. Delete some, or choose another hand.",
                most=MAX_DRAWINGS,
                count=count,
                added=added,
            )
        )
