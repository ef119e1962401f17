"""Labels from the browser, and what is said after a drawing was kept."""

import numpy as np
import pytest

from ui.drawing.feedback import KeptNote, format_note, parse_label
from ui.drawing.guided_round import find_next, format_kept


@pytest.mark.parametrize(
    ("message", "label"),
    [([0, 1.5], 0), ([9, 2], 9), ([10, 2], None), (["3"], None), ([], None), (None, None)],
)
def test_only_digits_are_labels(message: object, label: int | None) -> None:
    """The message comes from the browser."""
    assert parse_label(message) == label


def test_what_was_kept_is_stated() -> None:
    """The name of the hand is shown as it is."""
    note = KeptNote(drawing_id=1, label=7, predicted=1, hand="*A*", count=1)
    assert format_note(note) == r"Kept as a 7, the first drawing in “\*A\*”."
    later = KeptNote(drawing_id=2, label=7, predicted=7, hand="Aki", count=12)
    assert format_note(later) == "Kept as a 7. “Aki” has 12 drawings."
    assert format_kept(note) == "Kept as a 7. The network read a 1."
    assert format_kept(later) == "Kept. The network also read a 7."


def test_another_digit_is_the_next_with_the_fewest_drawings() -> None:
    """It is never the same one, also where all others have more."""
    counts = np.array([0, 3, 1, 1, 5, 5, 5, 5, 5, 5])
    assert find_next(0, counts) == 2
    assert find_next(2, counts) == 0
