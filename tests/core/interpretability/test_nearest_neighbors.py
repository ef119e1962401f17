"""Tests of mnist_core.interpretability.nearest_neighbors: search, and the saved index."""

from pathlib import Path

import numpy as np
import pytest

from mnist_core.array_cache import load_arrays, save_arrays
from mnist_core.datasets.mnist import Mnist
from mnist_core.inference.classifier import PRETRAINED, Classifier
from mnist_core.interpretability.nearest_neighbors import (
    FeatureIndex,
    NeighborError,
    open_index,
)
from mnist_core.interpretability.reduced_features import MAX_FEATURES, compute_reduced_features
from mnist_core.layer_designs import Conv2D, Flatten
from tests.random_network import write_random_network


def make_index(count: int = 500, width: int = 16) -> FeatureIndex:
    """Return random features far from the origin, where differences of squares are inexact."""
    features = np.random.default_rng(2).normal(100, 1, (count, width)).astype(np.float32)
    return FeatureIndex(features)


@pytest.fixture(scope="module")
def classifier() -> Classifier:
    """The fastest shipped network."""
    return Classifier.load(PRETRAINED / "compact.onnx")


def test_a_query_agrees_with_exhaustive_search() -> None:
    """The nearest come first, with their distances."""
    index = make_index()
    query = index.features[7] + np.float32(0.1)
    distances = np.linalg.norm(index.features.astype(float) - query.astype(float), axis=1)
    found = index.query(query, 12)
    assert found.indices.tolist() == np.argsort(distances)[:12].tolist()
    assert found.distances == pytest.approx(np.sort(distances)[:12], rel=1e-4)


def test_few_images_have_few_neighbors() -> None:
    """At most all of them."""
    assert len(make_index(3).query(np.zeros(16, np.float32), 12).indices) == 3


def test_exact_distances_are_computed_for_few_images(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of 2,000 images, only four times as many as are wanted, so that a query is quick."""
    sizes = []
    exact_norm = np.linalg.norm

    def count_rows(rows: np.ndarray, axis: int) -> np.ndarray:
        sizes.append(len(rows))
        return exact_norm(rows, axis=axis)

    monkeypatch.setattr(np.linalg, "norm", count_rows)
    index = make_index(2000, 128)
    assert index.query(index.features[1999], 12).indices[0] == 1999
    assert sizes == [48]


def test_an_image_is_its_own_nearest_neighbor(
    classifier: Classifier, data: Mnist, tmp_path: Path
) -> None:
    """The features are those that the network computes for one image alone."""
    fractions: list[float] = []
    images, path = data.train.images[:3000], tmp_path / "index.npz"
    index = open_index(path, "a", images, lambda: classifier, fractions.append)
    assert fractions[-1] == 1 and fractions == sorted(fractions)
    features = classifier.features(data.train.images[2500:2501])[0]
    found = index.query(features, 2)
    assert found.indices[0] == 2500
    assert found.distances[0] < 0.01 * found.distances[1]


def test_an_index_is_built_once_and_then_read(
    classifier: Classifier, data: Mnist, tmp_path: Path
) -> None:
    """It is rebuilt for another digest or number of images, or if the file is damaged."""
    path = tmp_path / "cache" / "index.npz"
    built = []

    def load() -> Classifier:
        built.append(1)
        return classifier

    images = data.train.images[:50]
    first = open_index(path, "a", images, load)
    again = open_index(path, "a", images, load)
    assert np.array_equal(first.features, again.features)
    assert len(built) == 1
    open_index(path, "b", images, load)
    open_index(path, "b", images[:40], load)
    path.write_bytes(path.read_bytes()[:200])
    open_index(path, "b", images[:40], load)
    path.write_bytes(b"")
    open_index(path, "b", images[:40], load)
    with path.open("wb") as file:
        np.save(file, first.features)
    open_index(path, "b", images[:40], load)
    assert len(built) == 6
    assert load_arrays(path, "b") is not None


def test_an_index_of_very_many_features_is_of_their_projection(data: Mnist, tmp_path: Path) -> None:
    """An image is its own nearest neighbor; the index of an earlier version is built again."""
    write_random_network(tmp_path / "model.onnx", Conv2D(64), Flatten())
    classifier = Classifier.load(tmp_path / "model.onnx")
    images, path = data.train.images[:30], tmp_path / "index.npz"
    save_arrays(path, "a", {"features": classifier.features(images).astype(np.float16)})
    for _ in range(2):
        index = open_index(path, "a", images, lambda: classifier)
        assert index.features.shape == (30, MAX_FEATURES)
        features = compute_reduced_features(classifier, images[12:13])[0]
        assert index.query(features, 2).indices[0] == 12
    saved = load_arrays(path, "a")
    assert saved is not None and saved["features"].dtype == np.float16
    assert saved["features"].shape == (30, MAX_FEATURES)


def test_an_index_is_returned_if_it_cannot_be_saved(
    classifier: Classifier, data: Mnist, tmp_path: Path
) -> None:
    """The folder cannot be written."""
    (tmp_path / "file").write_text("")
    index = open_index(
        tmp_path / "file" / "index.npz", "a", data.train.images[:5], lambda: classifier
    )
    assert len(index.features) == 5


def test_non_finite_features_are_rejected(data: Mnist, tmp_path: Path) -> None:
    """The message says what to do."""

    class Diverged(Classifier):
        feature_count = 4

        def __init__(self) -> None:
            pass

        def features(self, images: np.ndarray) -> np.ndarray:
            return np.full((len(images), 4), np.nan, np.float32)

    with pytest.raises(NeighborError, match="Choose another model or epoch"):
        open_index(tmp_path / "index.npz", "a", data.train.images[:5], Diverged)
