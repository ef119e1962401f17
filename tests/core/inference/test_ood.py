"""Tests of mnist_core.inference.ood: classes of drawings, and damaged files.

`benchmarks.drawing` measures how many drawings it accepts and rejects.
"""

from pathlib import Path

import numpy as np
import pytest

from benchmarks.simulation import draw_letter
from mnist_core.datasets.mnist import Mnist
from mnist_core.inference.onnx_model import ModelError
from mnist_core.inference.ood import DRAWING_CLASSES, OOD_DETECTOR, OOD_MESSAGES, OodDetector
from mnist_core.preprocessing.drawing import prepare_drawing
from tests.core.inference.lines import write_line


@pytest.fixture(scope="module")
def detector() -> OodDetector:
    """The shipped detector."""
    return OodDetector.load()


def test_drawings_are_classified(detector: OodDetector) -> None:
    """A digit, a letter, and two digits."""
    letter = draw_letter(np.random.default_rng(7)).pixels
    images = [prepare_drawing(pixels) for pixels in (write_line("3"), letter, write_line("35"))]
    classes = [detector.classify(image) for image in images if image is not None]
    assert classes == ["digit", "not_a_digit", "multiple_digits"]


@pytest.mark.parametrize(
    ("probabilities", "expected"),
    [
        ([0.6, 0.3, 0.1], "digit"),
        ([0.5, 0.5, 0.0], "digit"),
        ([0.4, 0.5, 0.1], "not_a_digit"),
        ([0.4, 0.2, 0.4], "multiple_digits"),
        ([0.49, 0.25, 0.26], "multiple_digits"),
    ],
)
def test_the_class_follows_from_the_threshold(
    monkeypatch: pytest.MonkeyPatch, probabilities: list[float], expected: str
) -> None:
    """From 0.5 upwards it is a digit, below it the more probable of the other classes."""
    detector = OodDetector.load()
    detector.threshold = 0.5
    monkeypatch.setattr(detector, "probabilities", lambda images: np.array([probabilities]))
    assert detector.classify(np.zeros((28, 28), np.float32)) == expected


def test_every_class_but_digit_has_a_message() -> None:
    """A drawing that is accepted shows none."""
    assert set(OOD_MESSAGES) == set(DRAWING_CLASSES)
    assert [name for name, message in OOD_MESSAGES.items() if not message] == ["digit"]


def test_probabilities_sum_to_one_for_uint8_and_float(detector: OodDetector, data: Mnist) -> None:
    """Both types of image give the same probabilities."""
    images = data.test.images[:20]
    from_uint8, from_float = (
        detector.probabilities(images),
        detector.probabilities(images / np.float32(255)),
    )
    assert from_uint8.shape == (20, 3)
    np.testing.assert_allclose(from_uint8.sum(axis=1), 1, atol=1e-5)
    np.testing.assert_allclose(from_uint8, from_float, atol=1e-6)


@pytest.mark.parametrize(
    "content",
    [b"", b"not a model", OOD_DETECTOR.read_bytes()[:5000]],
    ids=["empty", "text", "truncated"],
)
def test_a_damaged_file_is_reported(tmp_path: Path, content: bytes) -> None:
    """The message names the command that trains the detector."""
    path = tmp_path / "detector.onnx"
    path.write_bytes(content)
    with pytest.raises(ModelError, match="train_ood"):
        OodDetector.load(path)


def test_a_classifier_is_not_a_detector() -> None:
    """Its file can be opened, but has no threshold."""
    with pytest.raises(ModelError, match="another kind of model"):
        OodDetector.load(Path(OOD_DETECTOR.parents[1] / "compact.onnx"))
