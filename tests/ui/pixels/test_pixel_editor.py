"""The messages from the browser to the pixel editor."""

import numpy as np
import pytest
import streamlit as st

from mnist_core.datasets.mnist import Mnist
from mnist_core.preprocessing.pixel_csv import PixelError
from mnist_core.preprocessing.scaling import as_float
from ui import state
from ui.pixels.edit_history import LabeledImage, get_edited, record_edit, undo_edit
from ui.pixels.pixel_editor import KEY, encode, read_edit, receive_edit

NAME = "image"
BLANK = np.zeros((28, 28), np.float32)
ORIGINAL = LabeledImage(BLANK, 9)
WHITE = LabeledImage(BLANK + 1, None)


@pytest.fixture
def session(monkeypatch: pytest.MonkeyPatch) -> dict:
    """A session state that is an ordinary dictionary."""
    session: dict = {}
    monkeypatch.setattr(st, "session_state", session)
    return session


def send(session: dict, number: int, *typed: tuple[int, int, str], scaled: bool = False) -> None:
    """Leave a message of typed cells where the component leaves it."""
    values = encode(get_edited(NAME, ORIGINAL).image)
    message = {"name": NAME, "number": number, "values": values, "scaled": scaled}
    session[KEY] = {"edit": {**message, "typed": [list(cell) for cell in typed]}}


def test_typed_cells_are_applied_one_by_one(data: Mnist) -> None:
    """Each typed value gives an image of its own, so that each can be undone."""
    image = as_float(data.train.images[0])
    typed = [[0, 27, "255"], [3, 4, "51"]]
    message = {"values": encode(image), "typed": typed, "scaled": False}
    (first, second), problem = read_edit(message)
    assert problem is None
    assert (first != image).sum() == 1 and first[0, 27] == 1
    assert second[0, 27] == 1 and second[3, 4] == np.float32(0.2)
    assert (second != image).sum() == 2


@pytest.mark.parametrize("value", [np.nan, 1.5, -0.1])
def test_a_painted_image_out_of_range_is_rejected(value: float) -> None:
    """NaN included, which no comparison finds."""
    values = encode(np.full((28, 28), value))
    with pytest.raises(PixelError, match="out of range"):
        read_edit({"values": values, "typed": [], "scaled": True})


@pytest.mark.parametrize(("scaled", "first", "second"), [(False, "300", "5"), (True, "2", "0.5")])
def test_an_invalid_cell_does_not_affect_the_others(scaled: bool, first: str, second: str) -> None:
    """The first problem is reported; of each cell, the last text counts."""
    typed = [[0, 0, "abc"], [0, 1, first], [0, 2, second], [0, 0, ""], [0, 3, "-"], [0, 3, "1"]]
    message = {"values": encode(BLANK), "typed": typed, "scaled": scaled}
    (*_, changed), problem = read_edit(message)
    assert problem is not None and problem.startswith("The cell is empty")
    white = 1 if scaled else 255
    assert changed[0, :4] == pytest.approx([0, 0, float(second) / white, 1 / white])
    assert not changed[1:].any()


def test_a_message_is_recorded_once(session: dict) -> None:
    """A button's callback may receive it before the editor's own does."""
    send(session, 1, (0, 5, "255"))
    receive_edit(NAME, ORIGINAL)
    undo_edit(NAME)
    receive_edit(NAME, ORIGINAL)
    assert np.array_equal(get_edited(NAME, ORIGINAL).image, BLANK)
    assert session[state.PIXELS_ACKNOWLEDGED] == 1


def test_repeated_cells_are_recorded_once(session: dict) -> None:
    """A message repeats what was typed before the previous one was acknowledged."""
    send(session, 1, (0, 5, "255"))
    receive_edit(NAME, ORIGINAL)
    session[KEY]["edit"] |= {"number": 2, "typed": [[0, 5, "255"], [0, 6, "255"]]}
    receive_edit(NAME, ORIGINAL)
    assert len(session[state.PIXEL_EDITS][NAME]) == 2
    assert get_edited(NAME, ORIGINAL).image[0, 5:7].tolist() == [1, 1]


def test_cells_are_read_as_the_browser_showed_them(session: dict) -> None:
    """Also when the switch to scaled values arrives together with them."""
    session[state.PIXELS_SCALED] = True
    send(session, 1, (0, 5, "255"), scaled=False)
    receive_edit(NAME, ORIGINAL)
    assert session[state.PIXELS_ERROR] is None
    assert get_edited(NAME, ORIGINAL).image[0, 5] == 1


def test_messages_for_another_image_are_ignored(session: dict) -> None:
    """And a session without a message, or with one that is gone, is none."""
    for message in ({}, {"edit": None}):
        session[KEY] = message
        receive_edit(NAME, ORIGINAL)
    send(session, 1, (0, 5, "255"))
    receive_edit("other image", ORIGINAL)
    assert not get_edited("other image", ORIGINAL).image.any()
    assert state.PIXELS_ACKNOWLEDGED not in session


@pytest.mark.parametrize(
    "forged",
    [
        5,
        {},
        [],
        {"name": 5},
        {"number": 0},
        {"number": "5"},
        {"number": 5.0},
        {"number": 1e308},
        {"number": True},
        {"values": 5},
        {"values": "é"},
        {"values": encode(BLANK[1:])},
        {"values": encode(np.zeros((28, 280)))},
        {"typed": 5},
        {"typed": {"0": 1}},
        {"typed": [5]},
        {"typed": [[0, 5]]},
        {"typed": [[0, 5, 255]]},
        {"typed": [[0, 5, "1" * 25]]},
        {"typed": [[0, 5, "255", 1]]},
        {"typed": [[99, 99, "255"]]},
        {"typed": [[-1, 0, "255"]]},
        {"typed": [[None, 0, "255"]]},
        {"typed": [[[], 0, "255"]]},
        {"typed": [["0", 0, "255"]]},
        {"scaled": "no"},
    ],
)
def test_forged_edits_are_ignored(session: dict, forged: object) -> None:
    """The next edit is recorded all the same."""
    send(session, 5, (0, 5, "255"))
    if isinstance(forged, dict) and forged:
        forged = {**session[KEY]["edit"], **forged}
    session[KEY] = {"edit": forged}
    receive_edit(NAME, ORIGINAL)
    assert not session.get(state.PIXEL_EDITS) and not session.get(state.PIXELS_ERROR)
    send(session, 6, (0, 5, "255"))
    receive_edit(NAME, ORIGINAL)
    assert get_edited(NAME, ORIGINAL).image.sum() == 1


def test_undo_removes_one_edit_and_then_nothing(session: dict) -> None:
    """The original is left in the end, and undo without edits raises no error."""
    record_edit(NAME, ORIGINAL, WHITE)
    record_edit(NAME, ORIGINAL, WHITE)  # changes nothing, so it is not recorded
    assert len(session[state.PIXEL_EDITS][NAME]) == 1
    undo_edit(NAME)
    undo_edit(NAME)
    assert np.array_equal(get_edited(NAME, ORIGINAL).image, BLANK)


def test_edits_inherit_the_label_of_an_uploaded_image(session: dict) -> None:
    """A painted pixel keeps it, also if there is none; Undo restores the earlier one."""
    for label in (None, 4):
        record_edit(NAME, ORIGINAL, LabeledImage(BLANK, label))
        send(session, session.get(state.PIXELS_ACKNOWLEDGED, 0) + 1, (0, 5, "255"))
        receive_edit(NAME, ORIGINAL)
        edited = get_edited(NAME, ORIGINAL)
        assert (edited.image[0, 5], edited.label) == (1, label)
    for label in (4, None, None, 9):
        undo_edit(NAME)
        assert get_edited(NAME, ORIGINAL).label == label
