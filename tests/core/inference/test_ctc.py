"""Tests of mnist_core.inference.ctc, compared with all alignments of short lines."""

from itertools import product

import numpy as np
import pytest

from mnist_core.inference.ctc import BLANK, align, find_text, measure_texts


def read_path(path: tuple[int, ...]) -> tuple[int, ...]:
    """Return the text that a path of symbols writes, one symbol per frame."""
    return tuple(
        symbol
        for symbol, before in zip(path, (BLANK, *path[:-1]), strict=True)
        if symbol not in (before, BLANK)
    )


@pytest.fixture
def frames() -> np.ndarray:
    """Return random log probabilities of five frames; only 3, 8 and no digit are likely."""
    weights = np.random.default_rng(5).random((5, 11)) * 1e-9
    weights[:, [3, 8, BLANK]] += np.random.default_rng(6).random((5, 3))
    return np.log(weights / weights.sum(axis=1, keepdims=True))


PATHS = list(product((3, 8, BLANK), repeat=5))


@pytest.mark.parametrize("text", [(), (3,), (3, 8), (3, 3), (8, 3, 8), (3, 3, 3), (8, 8, 8, 8)])
def test_a_text_has_the_probability_of_all_its_paths(
    text: tuple[int, ...], frames: np.ndarray
) -> None:
    """The last one needs seven frames. Texts of other lengths beside it change nothing."""
    paths = [path for path in PATHS if read_path(path) == text]
    expected = sum(np.exp(frames[np.arange(5), path].sum()) for path in paths)
    measured = np.exp(measure_texts(frames, [text, (3, 8, 3, 8)])[0])
    assert measured == pytest.approx(expected, rel=1e-6)


@pytest.mark.parametrize("text", [(3,), (3, 8), (3, 3), (8, 3, 8), (3, 3, 3)])
def test_an_alignment_is_the_most_probable_path(text: tuple[int, ...], frames: np.ndarray) -> None:
    """Each digit gets the frames that give it."""
    paths = [path for path in PATHS if read_path(path) == text]
    best = max(paths, key=lambda path: frames[np.arange(5), path].sum())
    places = align(frames, text)
    assert len(places) == len(text)
    for digit, place in zip(text, places, strict=True):
        assert all(best[frame] == digit for frame in place)
    assert sum(map(len, places)) == sum(symbol != BLANK for symbol in best)


def test_the_most_probable_symbols_are_read() -> None:
    """Repeated digits are one; a blank separates equal ones; blanks alone are no text."""
    path = (BLANK, 5, 5, BLANK, 5, 1, 1, BLANK)
    assert find_text(np.eye(11)[list(path)]) == (5, 5, 1)
    assert find_text(np.eye(11)[[BLANK] * 4]) == ()
