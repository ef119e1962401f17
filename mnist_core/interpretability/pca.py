"""A flat map of many-dimensional features, by principal component analysis."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from scipy.linalg import orthogonal_procrustes


@dataclass(frozen=True, eq=False)
class Projection:
    """The plane on which features spread widest.

    mean: (width,) float64, the features' center. axes: (2, width) float64, orthonormal.
    shares: (2,) float64, which share of all variance each axis shows.
    """

    mean: np.ndarray
    axes: np.ndarray
    shares: np.ndarray

    def apply(self, features: np.ndarray) -> np.ndarray:
        """Return where features lie on the plane: (n, width) to (n, 2) float32."""
        return ((features - self.mean) @ self.axes.T).astype(np.float32)

    def aligned_to(self, features: np.ndarray, points: np.ndarray) -> Projection:
        """Return the same plane, turned and mirrored so that its points come nearest to others.

        The directions of principal axes are arbitrary; without this, maps of two epochs could
        not be compared by eye.

        Args:
            features: (n, width).
            points: (n, 2), where the same images lie on another map.
        """
        rotation, _ = orthogonal_procrustes(self.apply(features), points - points.mean(axis=0))
        return replace(self, axes=rotation.T @ self.axes)


def fit_projection(features: np.ndarray) -> Projection:
    """Find the two principal axes.

    Each axis points to where its largest component is positive, so that the same features
    always give the same map.

    Args:
        features: (n, width), n and width at least 2.
    """
    exact = features.astype(np.float64)
    mean = exact.mean(axis=0)
    variances, vectors = np.linalg.eigh(np.cov(exact, rowvar=False))
    axes = vectors[:, [-1, -2]].T
    largest = np.abs(axes).argmax(axis=1)
    axes = axes * np.sign(axes[[0, 1], largest])[:, np.newaxis]
    total = max(variances.sum(), np.finfo(np.float64).tiny)
    return Projection(mean, axes, variances[[-1, -2]] / total)
