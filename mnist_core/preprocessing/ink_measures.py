"""Measures of ink: distances to its edge, and what lies at the border of the picture."""

from __future__ import annotations

import cv2
import numpy as np


def edge_distance(ink: np.ndarray) -> np.ndarray:
    """Return each pixel's distance to the nearest pixel that is not ink.

    Pixels outside the picture count as background.

    Args:
        ink: (h, w) bool, or uint8 with 0 for the background.

    Returns:
        (h, w) float32, in pixels; 0 on the background.

    Examples:
        >>> edge_distance(np.ones((3, 5), bool))[1].tolist()
        [1.0, 2.0, 2.0, 2.0, 1.0]
    """
    padded = np.pad(np.asarray(ink, np.uint8), 1)
    return cv2.distanceTransform(padded, cv2.DIST_L2, cv2.DIST_MASK_5)[1:-1, 1:-1]


def border_pixels(pixels: np.ndarray) -> np.ndarray:
    """Return the pixels along the border, (n,) or (n, channels); those in corners twice.

    Args:
        pixels: (h, w) or (h, w, channels).
    """
    return np.concatenate([pixels[0], pixels[-1], pixels[:, 0], pixels[:, -1]])


def border_contacts(labels: np.ndarray, count: int) -> np.ndarray:
    """Return how much of a side of the picture each connected component touches.

    Args:
        labels: (h, w) int32 in 0..count - 1, the number of each pixel's component.
        count: The number of components, the background among them.

    Returns:
        (count,) float64 in 0..1, the largest fraction of a side.

    Examples:
        >>> border_contacts(np.array([[1, 1, 0, 0], [0, 0, 2, 0], [0, 0, 0, 0]]), 3).tolist()
        [1.0, 0.5, 0.0]
    """
    sides = (labels[0], labels[-1], labels[:, 0], labels[:, -1])
    contacts = np.stack([np.bincount(side, minlength=count) / side.size for side in sides])
    return contacts.max(axis=0)
