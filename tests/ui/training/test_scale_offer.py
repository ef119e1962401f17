"""Tests of ui.training.scale_offer: pixels that do not fit a model from a file."""

import pytest
from streamlit.testing.v1 import AppTest

from mnist_core.inference.classifier import PRETRAINED
from mnist_core.inference.input_rescaling import find_rescaling, rescale_input
from mnist_core.runs.model_registry import load_file
from mnist_core.runs.store import RunStore
from tests.waiting import LONGEST_WAIT


def show(folder):
    """Show the offers for all loaded models."""
    from pathlib import Path

    from mnist_core.runs.model_registry import list_loaded
    from mnist_core.runs.store import RunStore
    from ui.training.scale_offer import show_scale_offer

    for model in list_loaded(RunStore(Path(folder))):
        show_scale_offer(model)


def load(folder, scale, offset):
    """Load a model for pixels x, given as x · scale + offset of the app's."""
    content = (PRETRAINED / "compact.onnx").read_bytes()
    content = rescale_input(content, scale, offset).replace(b"input_rescaling", b"own_rescaling__")
    return load_file(RunStore(folder), "own.onnx", content)


@pytest.mark.parametrize(
    ("undo", "applied", "words"),
    [
        ((1 / 255, 0), (255, 0), "pixels from 0 to 255"),
        ((-1, 1), (-1, 1), "black digits on white"),
        ((0.5, 0.5), (2, -1), "pixels from −1 to 1"),
    ],
)
def test_an_offer_is_applied_and_undone(tmp_path, undo, applied, words):
    """The model changes for good; Undo gives it back as it was."""
    model = load(tmp_path, *undo)
    at = AppTest.from_function(show, args=(str(tmp_path),), default_timeout=LONGEST_WAIT).run()
    assert words in at.info[0].value
    assert "of 500 training images" in at.info[0].value
    at.button[0].click().run()
    assert not at.info
    assert words in at.caption[0].value
    assert find_rescaling(model.load().layers) == applied
    at.button[0].click().run()
    assert words in at.info[0].value
    assert find_rescaling(model.load().layers) is None


def test_a_model_that_fits_has_no_offer(tmp_path):
    """Nothing is shown."""
    load_file(RunStore(tmp_path), "own.onnx", (PRETRAINED / "compact.onnx").read_bytes())
    at = AppTest.from_function(show, args=(str(tmp_path),), default_timeout=LONGEST_WAIT).run()
    assert not [*at.info, *at.warning, *at.button, *at.exception]
