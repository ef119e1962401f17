"""Tests of mnist_core.inference.digit_segmenter: sequences of regions and their probabilities."""

from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from mnist_core.inference import digit_segmenter
from mnist_core.inference.digit_segmenter import (
    find_best_path,
    load_segmenter,
    measure_path_fractions,
)
from mnist_core.inference.onnx_model import ModelError
from mnist_core.inference.segmentation import VIEW, Box, Proposals, Region


def propose(*runs: tuple[int, int]) -> Proposals:
    """Return regions of three pieces, from their first piece to before their end."""
    ink = np.ones((1, 1), np.float32)
    regions = [Region(first, end, Box(first, 0, end, 1), ink) for first, end in runs]
    return Proposals(regions, np.zeros((len(runs), *VIEW, 2), np.uint8), pieces=3)


RUNS = [(0, 1), (0, 2), (1, 2), (1, 3), (2, 3)]
PATHS = [(0, 2, 4), (1, 4), (0, 3)]  # all sequences of these runs that cover three pieces


@pytest.mark.parametrize(
    ("probabilities", "expected"),
    [
        ([0.9, 0.1, 0.9, 0.1, 0.9], [(0, 1), (1, 2), (2, 3)]),
        ([0.2, 0.9, 0.2, 0.3, 0.9], [(0, 2), (2, 3)]),
        ([0.9, 0.8, 0.1, 0.9, 0.1], [(0, 1), (1, 3)]),
    ],
)
def test_the_most_probable_path_covers_the_line(
    probabilities: list[float], expected: list[tuple[int, int]]
) -> None:
    """The sum of the log odds of its regions is the highest, computed by hand."""
    values = np.array(probabilities)
    path = find_best_path(propose(*RUNS), np.log(values / (1 - values)))
    assert [RUNS[index] for index in path] == expected
    assert all(RUNS[before][1] == RUNS[after][0] for before, after in pairwise(path))


def test_path_fractions_agree_with_listing_all_paths() -> None:
    """Each path is weighted by the product of its regions' odds."""
    log_odds = np.array([0.3, -1.0, 2.0, 0.5, -0.7])
    odds = [np.exp(log_odds[list(path)].sum()) for path in PATHS]
    expected = [
        sum(weight for path, weight in zip(PATHS, odds, strict=True) if index in path) / sum(odds)
        for index in range(len(RUNS))
    ]
    np.testing.assert_allclose(measure_path_fractions(propose(*RUNS), log_odds), expected)


def test_a_line_without_ink_has_an_empty_path() -> None:
    """There is nothing to cover."""
    empty = Proposals([], np.zeros((0, *VIEW, 2), np.uint8), 0)
    assert find_best_path(empty, np.zeros(0)) == []


def test_a_damaged_network_is_reported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The message names the file and the command that trains it."""
    path = tmp_path / "digit_segmenter.onnx"
    path.write_bytes(b"not a model")
    monkeypatch.setattr(digit_segmenter, "DIGIT_SEGMENTER", path)
    load_segmenter.cache_clear()
    try:
        with pytest.raises(ModelError, match=r"digit_segmenter\.onnx cannot be used.*train_digit_"):
            load_segmenter()
    finally:
        load_segmenter.cache_clear()
