"""Which parts of a line are its digits.

A small network has seen numbers whose digits are known. It looks at a region that `segmentation`
proposes and at the ink around it, and predicts how probably the region is one whole digit, neither
a part of one nor more than one. The line is then covered from left to right by the most probable
digits, found by dynamic programming (LeCun et al.,
"Gradient-based learning applied to document recognition", 1998).

`mnist_core.training.train_digit_segmenter` makes the network.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import onnxruntime

from mnist_core.inference.classifier import PRETRAINED, ModelError, open_session
from mnist_core.inference.segmentation import Proposals, Region

SEPARATOR = PRETRAINED / "auxiliary" / "digit_segmenter.onnx"
# Probabilities nearer to 0 or 1 say no more than this does.
SUREST = 1e-4


def best_path(proposals: Proposals) -> list[Region]:
    """Return the regions that cover the whole line and are most probably its digits.

    Each region speaks for or against itself with its log odds: those chosen are then the likeliest
    set, were each region's nature independent of the others'.

    Raises:
        ModelError: The network that comes with the app is missing or damaged.
    """
    if not proposals.regions:
        return []
    probabilities = np.clip(digit_probabilities(proposals), SUREST, 1 - SUREST)
    odds = np.log(probabilities / (1 - probabilities))
    best = np.full(proposals.pieces + 1, -np.inf)
    best[0] = 0
    last: list[Region | None] = [None] * (proposals.pieces + 1)
    # Regions come by their first piece, so what lies before one is settled.
    for region, score in zip(proposals.regions, odds, strict=True):
        total = best[region.first] + score
        if total > best[region.end]:
            best[region.end], last[region.end] = total, region
    chosen: list[Region] = []
    while (end := last[chosen[-1].first if chosen else proposals.pieces]) is not None:
        chosen.append(end)
    return chosen[::-1]


def digit_probabilities(proposals: Proposals) -> np.ndarray:
    """Return how probably each region is one whole digit, (n,) float32."""
    views = proposals.views.astype(np.float32)
    return np.asarray(_open().run(["whole"], {"images": views})[0])[:, 0]


@lru_cache(maxsize=1)
def _open() -> onnxruntime.InferenceSession:
    try:
        return open_session(SEPARATOR)
    except ModelError:
        raise
    except Exception as error:  # ONNX Runtime raises many types that share no base.
        raise ModelError(
            f"{SEPARATOR.name} cannot be used to part a number into digits: it is damaged. "
            "Expected the file that comes with the app; restore it, or make it with “python -m "
            "mnist_core.training.train_digit_segmenter”."
        ) from error
