"""Tests of mnist_core.inference.line_reader: the image of a line, and what the network sees."""

import numpy as np
import pytest

from mnist_core.inference.ctc import BLANK, find_text
from mnist_core.inference.line_reader import (
    HEIGHT,
    OTHER_VIEWS,
    Frames,
    View,
    load_line_reader,
    prepare_line,
    read_frames,
)
from tests.core.inference.lines import write_line


def test_a_line_fits_the_height_at_every_size() -> None:
    """Its width keeps the aspect ratio and is even; the ink lies in the middle rows."""
    for scale in (1, 3):
        ink = np.zeros((40 * scale, 120 * scale), np.float32)
        ink[5 * scale : 35 * scale, 10 * scale : 100 * scale] = 1
        image = prepare_line(ink)
        assert image.shape == (HEIGHT, 92)
        assert image.dtype == np.uint8
        assert np.flatnonzero(image.any(axis=1)).tolist() == list(range(2, 30))


def test_a_very_long_line_is_reduced_further() -> None:
    """A ruled line of one row would otherwise become an image of 112,000 columns."""
    ink = np.zeros((300, 4000), np.float32)
    ink[150] = 1
    image = prepare_line(ink)
    assert image.shape == (HEIGHT, 60 * 28 + 8)
    assert np.flatnonzero(image.any(axis=1)).size == 1
    frames = read_frames(load_line_reader(), ink)
    assert frames.columns[-1] == pytest.approx(4000, abs=20)


@pytest.mark.parametrize("size", [60, 150])
def test_a_digit_is_where_its_frames_are(size: int) -> None:
    """The frames that give a digit lie on its side of the gap between both."""
    ink = write_line("38", size=size) / np.float32(255)
    frames = read_frames(load_line_reader(), ink)
    assert frames.text == (3, 8)
    assert np.exp(frames.log_probabilities).sum(axis=1) == pytest.approx(1)
    inked = np.flatnonzero(ink.any(axis=0))
    gap = inked[:-1][np.diff(inked) > 1].item()
    best = frames.log_probabilities.argmax(axis=1)
    assert set(best) == {3, 8, BLANK}
    assert ((inked[0] < frames.columns[best == 3]) & (frames.columns[best == 3] <= gap)).all()
    assert ((gap < frames.columns[best == 8]) & (frames.columns[best == 8] <= inked[-1])).all()


def test_there_is_at_least_one_digit() -> None:
    """Where no digit is more probable than none, the most probable one is read."""
    log_probabilities = np.full((4, 11), -5.0)
    log_probabilities[:, BLANK] = -0.1
    log_probabilities[2, 6] = -3
    assert Frames(log_probabilities, np.arange(4.0)).text == (6,)


def test_a_view_is_smaller_wider_and_slanted() -> None:
    """A line of 28 rows becomes 14 high, twice as wide for that, and leans to the right."""
    ink = np.zeros((28, 100), np.float32)
    ink[:, 10:14] = ink[:, 80:84] = 1
    image = prepare_line(ink, View(size=0.5, stretch=2, lean=0.5))
    rows, columns = (np.flatnonzero(image.max(axis=axis) > 128) for axis in (1, 0))
    assert (rows[0], rows[-1]) == (9, 22)
    assert columns[-1] - columns[0] + 1 == pytest.approx(74 + 7, abs=2)
    assert np.argmax(image[9] > 128) > np.argmax(image[22] > 128)


def test_the_text_is_the_one_that_all_views_find_most_probable() -> None:
    """The line as it is gives 4 with little certainty, two others give 9."""

    def make(digit: int, probability: float) -> np.ndarray:
        probabilities = np.full((3, 11), (1 - probability) / 10)
        probabilities[1, digit] = probability
        probabilities[[0, 2], BLANK] = 0.95
        return np.log(probabilities / probabilities.sum(axis=1, keepdims=True))

    alone = Frames(make(4, 0.5), np.arange(3.0))
    together = Frames(alone.log_probabilities, alone.columns, (make(9, 0.9), make(9, 0.9)))
    assert (alone.text, together.text) == ((4,), (9,))
    lowest, highest = sorted(together.measure_texts([(4,), (9,)]))
    assert lowest < highest < 0


def test_a_line_is_shown_in_all_views() -> None:
    """The network sees each of them, and reads the same number in each."""
    ink = write_line("2581") / np.float32(255)
    frames = read_frames(load_line_reader(), ink)
    assert len(frames.in_other_views) == len(OTHER_VIEWS)
    assert [find_text(view) for view in frames.in_other_views] == [(2, 5, 8, 1)] * 2
