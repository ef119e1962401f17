"""The images that the Errors page evaluates."""

from typing import Any

import numpy as np
import pytest

from mnist_core.hands import NewDrawing, open_hands
from ui import state
from ui.error_analysis import evaluated_images
from ui.error_analysis.evaluated_images import get_images, read_kept_drawings
from ui.error_analysis.view import View


def test_the_drawings_stay_those_that_were_evaluated(
    session: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody else may keep or delete some meanwhile."""
    store = open_hands()
    monkeypatch.setattr(evaluated_images, "get_hands", lambda: store)
    monkeypatch.setattr(evaluated_images, "get_hand", lambda: store.list_hands()[0])
    session[state.ERRORS_VIEW] = View(data="hand")
    hand = store.list_hands()[0]
    images = np.random.default_rng(0).integers(0, 256, (3, 28, 28)).astype(np.uint8)
    kept = [store.keep(hand.id, NewDrawing(digit, images[digit])) for digit in range(3)]
    assert read_kept_drawings().labels.tolist() == [0, 1, 2]
    store.take_back(kept[0])
    np.testing.assert_array_equal(get_images(), images)
    assert read_kept_drawings().labels.tolist() == [1, 2]
    np.testing.assert_array_equal(get_images(), images[1:])
