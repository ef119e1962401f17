"""The tables of the database: hands and their drawings."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    CheckConstraint,
    DateTime,
    Dialect,
    Double,
    ForeignKey,
    LargeBinary,
    String,
    TypeDecorator,
    UniqueConstraint,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

MAX_NAME_LENGTH = 40
MAX_MODEL_LENGTH = 120
DIGEST_LENGTH = 64


class Base(DeclarativeBase):
    """The tables."""


class UtcDateTime(TypeDecorator[datetime]):
    """A time in UTC, also in SQLite, which stores no time zones."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Return a stored time with its time zone."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Hand(Base):
    """A person's handwriting.

    Attributes:
        id: The primary key, never given again.
        name: Unique, 1 to 40 characters.
        created: When it was added, in UTC.
    """

    __tablename__ = "hands"
    __table_args__ = ({"sqlite_autoincrement": True},)

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(MAX_NAME_LENGTH), unique=True)
    created: Mapped[datetime] = mapped_column(UtcDateTime)


class Drawing(Base):
    """A drawing of one digit.

    Attributes:
        id: The primary key, increasing in the order of keeping and never given again.
        hand_id: The hand.
        label: The digit that the person gave.
        pixels: The prepared image, 784 bytes row by row, 0 for black.
        digest: The SHA-256 of `pixels` in hexadecimal; a hand has no two equal ones.
        strokes: A list of strokes, each a list of [x, y] in pixels of the canvas; empty if they
            are not known.
        predicted: The digit that was predicted, None if nothing was.
        probability: Its probability, 0..1.
        model: The title of the model that predicted it.
        created: When it was kept, in UTC.
    """

    __tablename__ = "drawings"
    __table_args__ = (
        UniqueConstraint("hand_id", "digest", name="uq_drawings_hand_id_digest"),
        CheckConstraint("label BETWEEN 0 AND 9", name="ck_drawings_label"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    hand_id: Mapped[int] = mapped_column(ForeignKey("hands.id", ondelete="CASCADE"))
    label: Mapped[int]
    pixels: Mapped[bytes] = mapped_column(LargeBinary)
    digest: Mapped[str] = mapped_column(String(DIGEST_LENGTH))
    strokes: Mapped[list[Any]] = mapped_column(JSON)
    predicted: Mapped[int | None]
    probability: Mapped[float | None] = mapped_column(Double)
    model: Mapped[str | None] = mapped_column(String(MAX_MODEL_LENGTH))
    created: Mapped[datetime] = mapped_column(UtcDateTime)
