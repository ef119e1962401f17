"""The flat map of features."""

import numpy as np
import pytest

from mnist_core.interpretability.pca import fit_projection


@pytest.fixture
def features() -> np.ndarray:
    """A cloud that is widest along two known directions of five."""
    random = np.random.default_rng(0)
    wide = random.normal(size=(400, 5)) * [9, 4, 1, 0.5, 0.1]
    turn, _ = np.linalg.qr(random.normal(size=(5, 5)))
    return (wide @ turn.T + 3).astype(np.float32)


def test_the_map_is_that_of_the_singular_value_decomposition(features: np.ndarray) -> None:
    """Up to the sign of each axis, which is arbitrary."""
    points = fit_projection(features).apply(features)
    centerd = features - features.mean(axis=0)
    left, singular, _ = np.linalg.svd(centerd.astype(np.float64), full_matrices=False)
    np.testing.assert_allclose(np.abs(points), np.abs(left[:, :2] * singular[:2]), atol=1e-4)


def test_the_shares_are_those_of_the_variance(features: np.ndarray) -> None:
    """What both axes show, of the whole."""
    projection = fit_projection(features)
    points = projection.apply(features)
    expected = points.var(axis=0) / features.var(axis=0, dtype=np.float64).sum()
    np.testing.assert_allclose(projection.shares, expected, rtol=1e-4)


def test_a_single_image_lands_where_it_lies_among_the_others(features: np.ndarray) -> None:
    """Projecting one alone is projecting it with all."""
    projection = fit_projection(features)
    np.testing.assert_allclose(
        projection.apply(features[7:8])[0], projection.apply(features)[7], atol=1e-5
    )


def test_a_turned_map_agrees_with_the_one_it_was_turned_towards(features: np.ndarray) -> None:
    """Mirroring and rotation of the features' own axes are undone."""
    reference = fit_projection(features).apply(features)
    angle = 2.0
    mirror_and_turn = np.array(
        [[np.cos(angle), np.sin(angle)], [np.sin(angle), -np.cos(angle)]], np.float32
    )
    turned = fit_projection(features).aligned_to(features, reference @ mirror_and_turn)
    np.testing.assert_allclose(turned.apply(features), reference @ mirror_and_turn, atol=1e-3)


def test_features_that_never_vary_lie_on_one_point() -> None:
    """A dead layer gives a map without spread, not a fault."""
    projection = fit_projection(np.ones((10, 4), np.float32))
    np.testing.assert_allclose(projection.apply(np.ones((3, 4), np.float32)), 0, atol=1e-6)
    np.testing.assert_array_equal(projection.shares, 0)
