"""Tests of mnist_core.interpretability.reduced_features: few features stay, many are projected."""

import zlib
from pathlib import Path

import numpy as np
import pytest

from mnist_core.datasets.mnist import Mnist
from mnist_core.inference.classifier import PRETRAINED, Classifier
from mnist_core.interpretability import reduced_features
from mnist_core.interpretability.nearest_neighbors import FeatureIndex
from mnist_core.interpretability.reduced_features import MAX_FEATURES, compute_reduced_features
from mnist_core.layer_designs import Conv2D, Flatten, MaxPooling2D
from tests.random_network import write_random_network


@pytest.fixture(scope="module")
def wide(tmp_path_factory: pytest.TempPathFactory) -> Classifier:
    """A network with 5,408 features."""
    path = tmp_path_factory.mktemp("wide") / "wide.onnx"
    write_random_network(path, Conv2D(32), MaxPooling2D(), Flatten())
    classifier = Classifier.load(path)
    assert classifier.feature_count == 5408
    return classifier


@pytest.mark.parametrize("name", ["accurate", "compact", "tutorial"])
def test_few_features_stay_as_they_are(name: str, data: Mnist) -> None:
    """To the last bit."""
    classifier = Classifier.load(PRETRAINED / f"{name}.onnx")
    images = data.test.images[:700]
    features = classifier.features(images)
    assert features.shape == (700, classifier.feature_count)
    np.testing.assert_array_equal(compute_reduced_features(classifier, images), features)


def test_as_many_features_as_allowed_stay_as_they_are(tmp_path: Path, data: Mnist) -> None:
    """A map of 4 × 4 more is too many."""
    images, path = data.test.images[:3], tmp_path / "model.onnx"
    write_random_network(path, Conv2D(MAX_FEATURES // 16, 4, strides=8), Flatten())
    classifier = Classifier.load(path)
    assert classifier.feature_count == MAX_FEATURES
    features = classifier.features(images)
    np.testing.assert_array_equal(compute_reduced_features(classifier, images), features)
    write_random_network(path, Conv2D(MAX_FEATURES // 16 + 1, 4, strides=8), Flatten())
    reduced = compute_reduced_features(Classifier.load(path), images)
    assert reduced.shape == (3, MAX_FEATURES)


def test_distances_between_many_features_are_nearly_kept(wide: Classifier, data: Mnist) -> None:
    """The error has a mean of about 0 and a standard deviation of about 2 %."""
    images = data.train.images[:1000]
    features, reduced = wide.features(images), compute_reduced_features(wide, images)
    assert reduced.shape == (1000, MAX_FEATURES) and reduced.dtype == np.float32
    ratios = np.linalg.norm(reduced[1:] - reduced[0], axis=1) / np.linalg.norm(
        features[1:] - features[0], axis=1
    )
    assert abs(ratios.mean() - 1) < 0.02
    assert ratios.std() < 0.03


def test_most_nearest_neighbors_are_kept(wide: Classifier, data: Mnist) -> None:
    """Compared with those by all features."""
    images, queries = data.train.images[:3000], data.test.images[:40]
    exact = FeatureIndex(wide.features(images))
    index = FeatureIndex(compute_reduced_features(wide, images))
    kept = [
        len(set(exact.query(full, 12).indices) & set(index.query(short, 12).indices))
        for full, short in zip(
            wide.features(queries), compute_reduced_features(wide, queries), strict=True
        )
    ]
    assert np.mean(kept) > 0.75 * 12


def test_all_features_are_never_in_memory_at_once(
    wide: Classifier, data: Mnist, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They are computed and projected in chunks, which do not change the result."""
    images = data.test.images[:50]
    expected = compute_reduced_features(wide, images)
    counts: list[int] = []
    features = wide.features

    def count(images: np.ndarray) -> np.ndarray:
        counts.append(len(images))
        return features(images)

    monkeypatch.setattr(wide, "features", count)
    monkeypatch.setattr(reduced_features, "CHUNK_VALUES", 5408 * 20)
    np.testing.assert_allclose(compute_reduced_features(wide, images), expected, atol=1e-5)
    assert counts == [20, 20, 10]


def test_the_projection_never_changes() -> None:
    """Projected features are saved; those of another projection would have other neighbors."""
    matrix = reduced_features._draw_matrix(5408)
    assert matrix.nnz == 5408 * reduced_features.TERMS
    signs = np.sign(matrix.data).astype(np.int8)
    assert zlib.crc32(matrix.indices.astype("<i4").tobytes()) == 3869142153
    assert zlib.crc32(signs.tobytes()) == 3837558622
