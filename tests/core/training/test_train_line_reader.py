"""Tests of mnist_core.training.train_line_reader and of the lines that it is trained on."""

from pathlib import Path

import numpy as np
import pytest

from mnist_core.datasets.mnist import Mnist, Split
from mnist_core.inference.digit_confidence import ConfidenceWeights
from mnist_core.inference.line_reader import HEIGHT, prepare_line, read_frames
from mnist_core.inference.onnx_model import OnnxModel
from mnist_core.training.fit_digit_confidence import match_digits
from mnist_core.training.line_examples import MARGINS, change_line, draw_batches, make_lines


@pytest.fixture(scope="module")
def source(data: Mnist) -> Split:
    """Return a few images."""
    return Split(data.train.images[:300], data.train.labels[:300])


@pytest.mark.slow
def test_a_trained_reader_is_written_with_its_confidence(
    tmp_path: Path, source: Split, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The loss falls, and the file reads lines of any width."""
    monkeypatch.setattr("mnist_core.inference.onnx_model.PRETRAINED", tmp_path)
    from mnist_core.training.train_line_reader import refit_confidence, train_line_reader

    target = tmp_path / "line_reader.onnx"
    losses = train_line_reader(source, source, target, 96, confidence_numbers=8, epochs=4)
    assert losses[-1] < losses[0]
    first = ConfidenceWeights.from_metadata(OnnxModel(target).metadata)
    refit_confidence(source, target, numbers=6)
    reader = OnnxModel(target)
    again = ConfidenceWeights.from_metadata(reader.metadata)
    assert first.values.shape == again.values.shape == (6,)
    assert (first.values != again.values).all()
    for width in (40, 301):
        ink = np.zeros((60, width), np.float32)
        ink[10:50, 5:-5] = 1
        frames = read_frames(reader, ink)
        assert 2 * len(frames.columns) == prepare_line(ink).shape[1]
        assert np.isfinite(frames.log_probabilities).all()


def test_lines_are_images_of_numbers(source: Split) -> None:
    """The same generator gives the same lines; half of them consist of strokes."""
    first, second = (make_lines(source, 4, np.random.default_rng(3)) for _ in range(2))
    for (image, text), (again, same) in zip(first, second, strict=True):
        assert image.shape[0] == HEIGHT
        assert (image == again).all()
        assert text == same
        assert text.isdigit()


def test_a_changed_line_keeps_its_ink_within_the_image() -> None:
    """At every height and place; its margins are black."""
    rng = np.random.default_rng(0)
    image = np.zeros((HEIGHT, 80), np.uint8)
    image[2:30, 4:76] = 255
    for _ in range(50):
        changed = change_line(image, rng)
        assert changed.shape[0] == HEIGHT
        columns = np.flatnonzero((changed > 200).any(axis=0))
        assert MARGINS[0] <= columns[0] <= MARGINS[1]
        assert changed.max() == 255
        assert 15 <= (changed[:, columns[5]] > 128).sum() <= 31


def test_batches_hold_lines_of_similar_width(source: Split) -> None:
    """Each line once per epoch; the numbers of frames belong to the lines."""
    lines = make_lines(source, 24, np.random.default_rng(1))
    seen = []
    for images, lengths, texts in draw_batches(lines, 8, np.random.default_rng(2)):
        assert images.shape[0] == len(lengths) == len(texts) == 8
        assert (images.shape[2] >= 2 * lengths).all()
        seen += texts
    assert sorted(seen) == sorted(text for _, text in lines)


def test_missing_digits_do_not_make_the_others_wrong() -> None:
    """Nor do digits too many or in place of others."""
    assert match_digits("66", "666").all()
    assert match_digits("1234", "1934").tolist() == [True, False, True, True]
    assert match_digits("5", "77").tolist() == [False]
