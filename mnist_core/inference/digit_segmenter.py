"""Segmentation of a line of handwriting into digits.

`mnist_core.inference.segmentation` proposes regions that may be digits. A small network, the
digit segmenter, estimates from a region and the ink around it the probability that the region is
exactly one whole digit. Dynamic programming then finds the most probable sequence of regions that
covers the line from left to right (LeCun et al., "Gradient-based learning applied to document
recognition", 1998).

`mnist_core.training.train_digit_segmenter` trains the network.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from mnist_core.inference.onnx_model import PRETRAINED, OnnxModel, explain_damage
from mnist_core.inference.segmentation import Proposals, Region

DIGIT_SEGMENTER = PRETRAINED / "auxiliary" / "digit_segmenter.onnx"
# Probabilities are clipped to this distance from 0 and 1, so that no single region decides.
MIN_PROBABILITY = 1e-4


def best_path(proposals: Proposals) -> list[Region]:
    """Return the most probable sequence of regions that covers the whole line.

    The score of a sequence is the sum of its regions' log odds of being a digit. It is the most
    probable one under the assumption that the regions are independent.

    Args:
        proposals: The regions of a line.

    Returns:
        Regions from left to right; none for a line without ink.

    Raises:
        ModelError: The network that comes with the app is missing or damaged.
    """
    if not proposals.regions:
        return []
    probabilities = np.clip(digit_probabilities(proposals), MIN_PROBABILITY, 1 - MIN_PROBABILITY)
    log_odds = np.log(probabilities / (1 - probabilities))
    best_scores = np.full(proposals.pieces + 1, -np.inf)
    best_scores[0] = 0
    last_regions: list[Region | None] = [None] * (proposals.pieces + 1)
    # Regions are ordered by their first piece, so the score up to that piece is final.
    for region, score in zip(proposals.regions, log_odds, strict=True):
        total = best_scores[region.first] + score
        if total > best_scores[region.end]:
            best_scores[region.end], last_regions[region.end] = total, region
    path: list[Region] = []
    while (last := last_regions[path[-1].first if path else proposals.pieces]) is not None:
        path.append(last)
    return path[::-1]


def digit_probabilities(proposals: Proposals) -> np.ndarray:
    """Return the probability that each region is exactly one whole digit, (n,) float32.

    Raises:
        ModelError: The network that comes with the app is missing or damaged.
    """
    return _load_network().run(proposals.views.astype(np.float32), ["whole"])[0][:, 0]


@lru_cache(maxsize=1)
def _load_network() -> OnnxModel:
    with explain_damage(
        f"{DIGIT_SEGMENTER.name} cannot be used to split a number into digits: it is damaged. "
        "Expected the file that comes with the app; restore it, or train it with “python -m "
        "mnist_core.training.train_digit_segmenter”."
    ):
        return OnnxModel(DIGIT_SEGMENTER)
