"""Labels from the browser, and what is said after a drawing was kept."""

from typing import Any

import numpy as np
import pytest

from mnist_core.hands import HandError, KeptId
from mnist_core.inference.classifier import Classifier
from mnist_core.runs.model_registry import PRETRAINED, TrainedModel
from ui import state
from ui.drawing import feedback
from ui.drawing.feedback import KeptNote, format_note, keep_drawing, parse_label
from ui.drawing.guided_round import find_next, format_kept
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
    note = KeptNote(KeptId(1), label=7, predicted=1, hand="*A*", count=1)
    assert format_note(note) == r"Kept as a 7, the first drawing in “\*A\*”."
    later = KeptNote(KeptId(2), label=7, predicted=7, hand="Aki", count=12)
    assert format_note(later) == "Kept as a 7. “Aki” has 12 drawings."
    assert format_kept(note) == "Kept as a 7. The network read a 1."
    assert format_kept(later) == "Kept. The network also read a 7."


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

    monkeypatch.setattr(feedback, "get_hand", fail)
    pixels = np.zeros((280, 280, 3), np.uint8)
    pixels[40:240, 130:150] = 255
    session[HAND_CANVAS.pixels] = pixels
    model = TrainedModel("compact", "Compact", PRETRAINED / "compact.onnx")
    assert not keep_drawing(model, Classifier.load(), HAND_CANVAS, 1)
    assert session[HAND_CANVAS.pixels] is pixels
    assert str(session[state.HAND_ERROR]) == "The disk is full."
