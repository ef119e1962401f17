"""Tests of mnist_core.inference.digit_segmenter: the most probable sequence of regions."""

from pathlib import Path

import numpy as np
import pytest

from mnist_core.inference import digit_segmenter
from mnist_core.inference.digit_segmenter import best_path
from mnist_core.inference.onnx_model import ModelError
from mnist_core.inference.segmentation import VIEW, Box, Proposals, Region


def propose(*runs: tuple[int, int]) -> Proposals:
    """Return regions of three pieces, from their first piece to before their end."""
    ink = np.ones((1, 1), np.float32)
    regions = [Region(first, end, Box(first, 0, end, 1), ink) for first, end in runs]
    return Proposals(regions, np.zeros((len(runs), *VIEW, 2), np.uint8), pieces=3)


RUNS = [(0, 1), (0, 2), (1, 2), (1, 3), (2, 3)]


@pytest.mark.parametrize(
    ("probabilities", "expected"),
    [
        ([0.9, 0.1, 0.9, 0.1, 0.9], [(0, 1), (1, 2), (2, 3)]),
        ([0.2, 0.9, 0.2, 0.3, 0.9], [(0, 2), (2, 3)]),
        ([0.9, 0.8, 0.1, 0.9, 0.1], [(0, 1), (1, 3)]),
        ([0.0, 0.0, 1.0, 0.0, 0.0], [(0, 1), (1, 2), (2, 3)]),
    ],
)
def test_the_most_probable_path_covers_the_line(
    probabilities: list[float], expected: list[tuple[int, int]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The sum of the log odds of its regions is the highest, computed by hand."""
    monkeypatch.setattr(
        digit_segmenter, "digit_probabilities", lambda proposals: np.array(probabilities)
    )
    assert [(region.first, region.end) for region in best_path(propose(*RUNS))] == expected


def test_a_line_without_ink_has_an_empty_path() -> None:
    """The network is not run."""
    assert best_path(propose()) == []


def test_a_damaged_network_is_reported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The message names the file and the command that trains it."""
    path = tmp_path / "digit_segmenter.onnx"
    path.write_bytes(b"not a model")
    monkeypatch.setattr(digit_segmenter, "DIGIT_SEGMENTER", path)
    digit_segmenter._load_network.cache_clear()
    with pytest.raises(ModelError, match=r"digit_segmenter\.onnx cannot be used.*train_digit_seg"):
        best_path(propose(*RUNS))
