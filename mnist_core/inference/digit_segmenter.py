"""Segmentation of a line of handwriting into digits.

`mnist_core.inference.segmentation` proposes regions that may be digits. A small network, the
digit segmenter, estimates from a region and the ink around it the probability that the region is
one whole digit, and which. Dynamic programming then finds the most probable sequence of regions
that covers the line from left to right (LeCun et al., "Gradient-based learning applied to document
recognition", 1998), and how probable each region is among all sequences.

`mnist_core.training.train_digit_segmenter` trains the network.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from mnist_core.inference.onnx_model import PRETRAINED, OnnxModel, explain_damage
from mnist_core.inference.segmentation import Proposals
from mnist_core.messages import message

DIGIT_SEGMENTER = PRETRAINED / "auxiliary" / "digit_segmenter.onnx"


def classify_regions(segmenter: OnnxModel, proposals: Proposals) -> np.ndarray:
    """Return the probabilities of the ten digits and of anything else, (n, 11) float32."""
    return segmenter.run(proposals.views.astype(np.float32), ["probabilities"])[0]


def find_best_path(proposals: Proposals, log_odds: np.ndarray) -> list[int]:
    """Return the most probable sequence of regions that covers the whole line.

    The score of a sequence is the sum of its regions' log odds of being a digit. It is the most
    probable one under the assumption that the regions are independent.

    Args:
        proposals: The regions of a line.
        log_odds: (n,) float, finite.

    Returns:
        Indices of regions from left to right; none for a line without ink.
    """
    best_scores = np.full(proposals.pieces + 1, -np.inf)
    best_scores[0] = 0
    last_regions = np.full(proposals.pieces + 1, -1)
    # Regions are ordered by their first piece, so the score up to that piece is final.
    for index, (region, score) in enumerate(zip(proposals.regions, log_odds, strict=True)):
        total = best_scores[region.first] + score
        if total > best_scores[region.end]:
            best_scores[region.end], last_regions[region.end] = total, index
    path: list[int] = []
    end = proposals.pieces
    while end > 0:
        path.append(int(last_regions[end]))
        end = proposals.regions[path[-1]].first
    return path[::-1]


def measure_path_fractions(proposals: Proposals, log_odds: np.ndarray) -> np.ndarray:
    """Return for each region the fraction of all sequences that contain it, weighted by their odds.

    This is the forward-backward algorithm on the graph of regions.

    Args:
        proposals: The regions of a line.
        log_odds: (n,) float, finite.

    Returns:
        (n,) float64 in 0..1.
    """
    forward = np.full(proposals.pieces + 1, -np.inf)
    backward = forward.copy()
    forward[0] = backward[-1] = 0
    pairs = list(zip(proposals.regions, log_odds, strict=True))
    for region, score in pairs:
        forward[region.end] = np.logaddexp(forward[region.end], forward[region.first] + score)
    for region, score in sorted(pairs, key=lambda pair: -pair[0].end):
        backward[region.first] = np.logaddexp(backward[region.first], backward[region.end] + score)
    through = [forward[region.first] + score + backward[region.end] for region, score in pairs]
    return np.exp(np.array(through) - forward[-1])


@lru_cache(maxsize=1)
def load_segmenter() -> OnnxModel:
    """Load the network that comes with the app.

    Raises:
        ModelError: It is missing or damaged.
    """
    with explain_damage(
        message(
            "{name} cannot be used to split a number into digits: it is damaged. Expected the "
            "file that comes with the app; restore it, or train it with “python -m "
            "mnist_core.training.train_digit_segmenter”.",
            name=DIGIT_SEGMENTER.name,
        )
    ):
        return OnnxModel(DIGIT_SEGMENTER)
