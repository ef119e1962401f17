"""The detector that tells digits from what is none."""

from pathlib import Path

import numpy as np
import pytest

from benchmarks.simulation import (
    STYLES,
    draw_digit,
    draw_letter,
    draw_scribble,
    draw_two_digits,
    put_on_canvas,
    write,
)
from mnist_core.datasets.mnist import load_mnist
from mnist_core.inference.classifier import ModelError
from mnist_core.inference.ood import OOD_DETECTOR, OodDetector
from mnist_core.preprocessing.drawing import prepare_drawing


@pytest.fixture(scope="module")
def detector() -> OodDetector:
    """The shipped detector."""
    return OodDetector.load()


def test_nearly_all_held_out_training_digits_are_accepted(detector: OodDetector) -> None:
    """So the threshold was fixed, and not on test images."""
    digits = detector.probabilities(load_mnist().train.images[-5000:])[:, 0]
    assert (digits >= detector.threshold).mean() == pytest.approx(0.995, abs=0.001)


@pytest.mark.parametrize("draw", [draw_letter, draw_scribble])
def test_most_letters_and_scribbles_are_refused(detector: OodDetector, draw) -> None:
    """At least 85 % of drawings whose makers training does not know."""
    rng = np.random.default_rng(5)
    kinds = [detector.classify(prepare_drawing(draw(rng).pixels)) for _ in range(200)]
    assert kinds.count("digit") <= 0.15 * len(kinds)


@pytest.mark.parametrize("style", ["0 slashed", "1 flagged, with foot", "4 open", "7 barred"])
def test_other_writers_digits_are_accepted(detector: OodDetector, style: str) -> None:
    """Refusing those would help nobody."""
    rng = np.random.default_rng(6)
    kinds = [detector.classify(prepare_drawing(draw_digit(style, rng).pixels)) for _ in range(100)]
    assert kinds.count("digit") >= 85


def test_two_digits_are_named(detector: OodDetector) -> None:
    """“More than one digit?” rather than “no digit”."""
    rng = np.random.default_rng(7)
    kinds = [detector.classify(prepare_drawing(draw_two_digits(rng).pixels)) for _ in range(100)]
    assert kinds.count("several digits") >= 65


def test_an_eleven_is_named(detector: OodDetector) -> None:
    """Two plain strokes side by side, which look like no other pair of digits."""
    rng = np.random.default_rng(8)
    kinds = []
    for _ in range(50):
        left, right = (write(STYLES["1 plain"][1], rng)[0] for _ in range(2))
        apart = np.array([rng.uniform(0.4, 1), 0])
        kinds.append(detector.classify(prepare_drawing(put_on_canvas([left, right + apart], rng))))
    assert kinds.count("several digits") >= 40


def test_probabilities_sum_to_one_for_both_kinds_of_pixels(detector: OodDetector) -> None:
    """Bytes and floats mean the same."""
    images = load_mnist().test.images[:20]
    by_bytes, by_floats = (
        detector.probabilities(images),
        detector.probabilities(images / np.float32(255)),
    )
    assert by_bytes.shape == (20, 3)
    np.testing.assert_allclose(by_bytes.sum(axis=1), 1, atol=1e-5)
    np.testing.assert_allclose(by_bytes, by_floats, atol=1e-6)


@pytest.mark.parametrize(
    "content",
    [b"", b"no model", OOD_DETECTOR.read_bytes()[:5000] if OOD_DETECTOR.exists() else b""],
)
def test_a_damaged_file_is_refused_in_one_sentence(tmp_path: Path, content: bytes) -> None:
    """With what to do about it."""
    path = tmp_path / "detector.onnx"
    path.write_bytes(content)
    with pytest.raises(ModelError, match="train_ood"):
        OodDetector.load(path)


def test_a_classifier_is_no_gate() -> None:
    """Its file opens, but holds no threshold."""
    with pytest.raises(ModelError, match="another kind of model"):
        OodDetector.load(Path(OOD_DETECTOR.parents[1] / "compact.onnx"))
