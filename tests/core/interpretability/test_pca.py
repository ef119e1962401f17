"""Tests of mnist_core.interpretability.pca: projection and alignment."""

import numpy as np
import pytest

from mnist_core.interpretability.pca import fit_projection


@pytest.fixture
def features() -> np.ndarray:
    """Normally distributed features with most of their variance along two of five axes."""
    random = np.random.default_rng(0)
    wide = random.normal(size=(400, 5)) * [9, 4, 1, 0.5, 0.1]
    rotation, _ = np.linalg.qr(random.normal(size=(5, 5)))
    return (wide @ rotation.T + 3).astype(np.float32)


def test_the_projection_agrees_with_the_singular_value_decomposition(features: np.ndarray) -> None:
    """Up to the sign of each axis, which is arbitrary."""
    points = fit_projection(features).apply(features)
    centered = features - features.mean(axis=0)
    left, singular, _ = np.linalg.svd(centered.astype(np.float64), full_matrices=False)
    np.testing.assert_allclose(np.abs(points), np.abs(left[:, :2] * singular[:2]), atol=1e-4)


def test_the_explained_variance_is_a_fraction_of_the_total(features: np.ndarray) -> None:
    """Compared with the variance of the projected features."""
    projection = fit_projection(features)
    points = projection.apply(features)
    expected = points.var(axis=0) / features.var(axis=0, dtype=np.float64).sum()
    np.testing.assert_allclose(projection.explained_variance, expected, rtol=1e-4)


def test_a_single_image_is_projected_as_with_all_others(features: np.ndarray) -> None:
    """The projection of one image does not depend on the batch."""
    projection = fit_projection(features)
    np.testing.assert_allclose(
        projection.apply(features[7:8])[0], projection.apply(features)[7], atol=1e-5
    )


def test_an_aligned_projection_matches_the_reference(features: np.ndarray) -> None:
    """A rotation and reflection of the points are undone."""
    reference = fit_projection(features).apply(features)
    angle = 2.0
    reflection = np.array(
        [[np.cos(angle), np.sin(angle)], [np.sin(angle), -np.cos(angle)]], np.float32
    )
    aligned = fit_projection(features).aligned_to(features, reference @ reflection)
    np.testing.assert_allclose(aligned.apply(features), reference @ reflection, atol=1e-3)


def test_constant_features_are_projected_to_one_point() -> None:
    """A dead layer gives no variance, not an error."""
    projection = fit_projection(np.ones((10, 4), np.float32))
    np.testing.assert_allclose(projection.apply(np.ones((3, 4), np.float32)), 0, atol=1e-6)
    np.testing.assert_array_equal(projection.explained_variance, 0)


def test_a_single_feature_is_the_first_axis() -> None:
    """A network may have one hidden unit; its images lie on a line."""
    features = np.array([[1.0], [2.0], [4.0]])
    projection = fit_projection(features)
    np.testing.assert_allclose(projection.apply(features)[:, 0], [-4 / 3, -1 / 3, 5 / 3])
    assert not projection.apply(features)[:, 1].any()
    assert projection.explained_variance.tolist() == [1, 0]
