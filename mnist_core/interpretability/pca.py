"""Projection of features to two dimensions by principal component analysis."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np


@dataclass(frozen=True, eq=False)
class Projection:
    """The first two principal components of features.

    Attributes:
        mean: (width,) float64, the mean of the features.
        axes: (2, width) float64, the orthonormal principal axes.
        explained_variance: (2,) float64 in 0..1, the fraction of the variance that each explains;
            of an aligned projection, only their sum holds.
    """

    mean: np.ndarray
    axes: np.ndarray
    explained_variance: np.ndarray

    def apply(self, features: np.ndarray) -> np.ndarray:
        """Return the projected features, (n, width) to (n, 2) float32."""
        return ((features - self.mean) @ self.axes.T).astype(np.float32)

    def aligned_to(self, features: np.ndarray, points: np.ndarray) -> Projection:
        """Return the projection rotated and reflected to match other points (Procrustes).

        The signs of principal axes are arbitrary, and their order may change; without alignment,
        the plots of two epochs could not be compared by eye.

        Args:
            features: (n, width).
            points: (n, 2), the same images in another projection.
        """
        # Imported here, because importing SciPy delays the start of the app.
        from scipy.linalg import orthogonal_procrustes

        rotation, _ = orthogonal_procrustes(self.apply(features), points - points.mean(axis=0))
        return replace(self, axes=rotation.T @ self.axes)


def fit_projection(features: np.ndarray) -> Projection:
    """Fit the first two principal components.

    The largest component of each axis is positive, so that the same features always give the
    same projection. A single feature is the first axis, and the second is 0.

    Args:
        features: (n, width), n at least 2.

    Examples:
        >>> features = np.array([[0, 0, 1], [2, 0, 1], [4, 1, 1], [6, 1, 1]])
        >>> projection = fit_projection(features)
        >>> projection.apply(features).shape
        (4, 2)
        >>> projection.explained_variance.round(3)
        array([0.991, 0.009])
    """
    exact = features.astype(np.float64)
    mean = exact.mean(axis=0)
    variances, vectors = np.linalg.eigh(np.atleast_2d(np.cov(exact, rowvar=False)))
    if len(variances) == 1:
        variances, vectors = np.append(0, variances), np.array([[0, 1.0]])
    axes = vectors[:, [-1, -2]].T
    largest = np.abs(axes).argmax(axis=1)
    axes = axes * np.sign(axes[[0, 1], largest])[:, np.newaxis]
    total = max(variances.sum(), np.finfo(np.float64).tiny)
    return Projection(mean, axes, variances[[-1, -2]] / total)
