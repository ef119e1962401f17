"""Ground truth for the regions of composed numbers: which of them are one whole digit."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from mnist_core.inference.segmentation import Region
from mnist_core.synthesis.digit_strings import ComposedNumber

NOT_ONE_DIGIT = 10
MIN_IOU = 0.7  # a region with at least this intersection over union is a whole digit


def label_regions(number: ComposedNumber, factor: int, regions: Sequence[Region]) -> np.ndarray:
    """Return for each region the digit that it is, or `NOT_ONE_DIGIT`, (n,) uint8.

    A region is a digit if its intersection over union with the digit's ink is at least `MIN_IOU`.

    Args:
        number: The number and its ground truth.
        factor: How many pixels of the number are one pixel of the regions' ink.
        regions: Regions of its ink.
    """
    height, width = (-(-side // factor) for side in number.ink.shape)
    digits = np.zeros((len(number.digits), height * factor, width * factor), np.float32)
    for digit, canvas in zip(number.digits, digits, strict=True):
        digit.draw(canvas)
    if factor > 1:
        digits = digits.reshape(len(digits), height, factor, width, factor).mean(axis=(2, 4))
    areas = digits.sum(axis=(1, 2))
    labels = np.full(len(regions), NOT_ONE_DIGIT, np.uint8)
    for index, region in enumerate(regions):
        top, left = region.box.top // factor, region.box.left // factor
        part = digits[:, top : top + region.ink.shape[0], left : left + region.ink.shape[1]]
        intersections = np.minimum(part, region.ink).sum(axis=(1, 2))
        ious = intersections / (areas + region.ink.sum() - intersections)
        label = number.digits[int(ious.argmax())].label
        if ious.max() >= MIN_IOU and label is not None:
            labels[index] = label
    return labels
