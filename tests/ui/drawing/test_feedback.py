"""Labels from the browser, and what is said after a drawing was kept."""

from typing import Any

import numpy as np
import pytest

from mnist_core.hands import HandError, KeptId, NewDrawing, open_hands
from mnist_core.inference.classifier import Classifier
from mnist_core.runs.model_registry import PRETRAINED, TrainedModel
from ui import hand_picker, state
from ui.drawing import feedback
from ui.drawing.feedback import KeptNote, format_note, keep_drawing, parse_label, take_back
from ui.drawing.guided_round import find_next, format_kept, restore_asked
from ui.hand_picker import find_hand_to_keep_in
from ui.state import HAND_CANVAS


@pytest.mark.parametrize(
    ("message", "label"),
    [([0, 1.5], 0), ([9, 2], 9), ([10, 2], None), (["3"], None), ([], None), (None, None)],
)
def test_only_digits_are_labels(message: object, label: int | None) -> None:
    """The message comes from the browser."""
    assert parse_label(message) == label


def test_what_was_kept_is_stated() -> None:
    """The name of the hand is shown as it is."""
    note = KeptNote(KeptId(1), label=7, predicted=1, hand_id=1, hand="*A*", count=1)
    assert format_note(note) == r"Kept as 7, the first drawing in “\*A\*”."
    later = KeptNote(KeptId(2), label=7, predicted=7, hand_id=1, hand="Aki", count=12)
    assert format_note(later) == "Kept as 7. “Aki” has 12 drawings."
    assert format_kept(note) == "Kept as 7. The network read 1."
    assert format_kept(later) == "Kept. The network also read 7."


def test_no_digit_has_an_article() -> None:
    """The one before 8 would be another one."""
    note = KeptNote(KeptId(1), label=8, predicted=8, hand_id=1, hand="Aki", count=2)
    other = KeptNote(KeptId(2), label=8, predicted=0, hand_id=1, hand="Aki", count=1)
    texts = [*map(format_note, (note, other)), *map(format_kept, (note, other))]
    for text in [*texts, feedback.QUESTION, feedback.KEEP, *feedback.NAMES]:
        assert not {"a", "an"} & set(text.split()), text


def test_another_digit_is_the_next_with_the_fewest_drawings() -> None:
    """It is never the same one, also where all others have more."""
    counts = np.array([0, 3, 1, 1, 5, 5, 5, 5, 5, 5])
    assert find_next(0, counts) == 2
    assert find_next(2, counts) == 0


def test_a_drawing_that_cannot_be_kept_stays(
    session: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The guided round then asks for the same digit again."""

    def fail() -> None:
        raise HandError("The disk is full.")

    monkeypatch.setattr(feedback, "find_hand_to_keep_in", fail)
    pixels = np.zeros((280, 280, 3), np.uint8)
    pixels[40:240, 130:150] = 255
    session[HAND_CANVAS.pixels] = pixels
    model = TrainedModel("compact", "Compact", PRETRAINED / "compact.onnx")
    assert not keep_drawing(model, Classifier.load(), HAND_CANVAS, 1)
    assert session[HAND_CANVAS.pixels] is pixels
    assert str(session[state.HAND_ERROR]) == "The disk is full."


def test_what_is_taken_back_is_asked_for_again(
    session: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """In the hand in which it was kept, whichever is chosen now."""
    store = open_hands()
    monkeypatch.setattr(feedback, "get_hands", lambda: store)
    hand = store.add_hand("Aki")
    kept = store.keep(hand.id, NewDrawing(7, np.ones((28, 28), np.uint8)))
    session[state.KEPT] = {HAND_CANVAS.widget: KeptNote(kept, 7, 1, hand.id, "Aki", 1)}
    assert take_back(HAND_CANVAS) == 7
    assert take_back(HAND_CANVAS) is None
    assert store.count(hand.id).sum() == 0


def test_nothing_is_kept_in_a_hand_that_was_not_chosen(
    session: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """If the chosen one was deleted, the person chooses another one."""
    store = open_hands()
    monkeypatch.setattr(hand_picker, "get_hands", lambda: store)
    first = find_hand_to_keep_in()
    session[state.HAND_ID] = first.id
    assert find_hand_to_keep_in() == first
    session[state.HAND_ID] = first.id + 1
    with pytest.raises(HandError, match="This hand has been deleted"):
        find_hand_to_keep_in()


@pytest.mark.parametrize(
    ("value", "asked"), [(0, 0), (9, 9), (10, None), (True, None), ("3", None)]
)
def test_the_digit_that_is_asked_for_comes_back(
    session: dict[str, Any], value: object, asked: int | None
) -> None:
    """The value comes from the browser."""
    restore_asked(value)
    assert session.get(state.HAND_ASKED) == asked
