"""Tests of mnist_core.teaching.features and of the features of MNIST in memory."""

from pathlib import Path

import numpy as np
import pytest

from mnist_core import Classifier, array_cache, load_mnist
from mnist_core.datasets.mnist import Split
from mnist_core.layer_designs import Dense, Flatten
from mnist_core.teaching import features, lesson, rehearsal
from mnist_core.teaching.features import FeatureCache, load_varied_features
from mnist_core.teaching.lesson import prepare_lesson
from mnist_core.teaching.rehearsal import load_features
from tests.random_network import write_random_network

TEST = load_mnist().test


def take(*indices: int) -> Split:
    """Return some test images."""
    return Split(TEST.images[list(indices)], TEST.labels[list(indices)])


@pytest.fixture
def base(tmp_path: Path) -> Classifier:
    """A small network."""
    path = tmp_path / "model.onnx"
    write_random_network(path, Flatten(), Dense(units=8))
    return Classifier.load(path)


@pytest.fixture
def computed(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The numbers of images whose features were computed at a time, from an empty cache on."""
    counts: list[int] = []
    compute = Classifier.features

    def count(self: Classifier, images: np.ndarray) -> np.ndarray:
        counts.append(len(images))
        return compute(self, images)

    monkeypatch.setattr(Classifier, "features", count)
    for module in (features, rehearsal):
        monkeypatch.setattr(module, "cached_features", FeatureCache(2**20))
    return counts


def test_only_new_drawings_are_computed(base: Classifier, computed: list[int]) -> None:
    """With their copies; the others are found, in whatever order the drawings come."""
    first = load_varied_features(base, take(0, 1, 2), 4, seed=0)
    assert first.shape == (3, 5, 8)
    more = load_varied_features(base, take(3, 2, 0), 4, seed=0)
    assert computed == [5, 5, 5, 5]
    np.testing.assert_array_equal(more[[1, 2]], first[[2, 0]])
    load_varied_features(base, take(0, 3), 4, seed=0)
    assert computed == [5, 5, 5, 5]
    np.testing.assert_allclose(more[0, :1], base.features(take(3).images), atol=1e-6)


def test_other_copies_and_networks_are_computed(base: Classifier, computed: list[int]) -> None:
    """Also of a network whose last layer alone differs."""
    load_varied_features(base, take(0), 4, seed=0)
    load_varied_features(base, take(0), 4, seed=1)
    load_varied_features(base, take(0), 2, seed=0)
    name = base.layers[2].weights[0]
    taught = base.with_taught_weights({name: base.weights[name] + 1})
    load_varied_features(taught, take(0), 4, seed=0)
    assert computed == [5, 5, 3, 5]


@pytest.mark.parametrize(
    ("count", "copies"), [(1, 12), (500, 12), (501, 6), (928, 6), (929, 3), (4000, 0), (7000, 0)]
)
def test_many_drawings_have_fewer_copies(
    base: Classifier, monkeypatch: pytest.MonkeyPatch, count: int, copies: int
) -> None:
    """So that 5,000 drawings take no more memory and time than 500."""
    monkeypatch.setattr(lesson, "load_rehearsed_features", lambda base: np.zeros((1, 8)))
    monkeypatch.setattr(
        lesson, "load_varied_features", lambda base, drawings, copies, seed: np.zeros(copies)
    )
    drawings = Split(np.zeros((count, 28, 28), np.uint8), np.zeros(count, np.uint8))
    assert len(prepare_lesson(drawings, base, 0).features) == copies


def test_features_of_mnist_are_computed_once_where_no_file_can_be_written(
    base: Classifier, computed: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    """As in an installed package, whose folder belongs to somebody else."""

    def refuse(*_: object) -> None:
        raise PermissionError

    monkeypatch.setattr(array_cache, "save_arrays", refuse)
    first = load_features(base, take(0, 1), "test")
    assert load_features(base, take(0, 1), "test") is first
    assert computed == [2]


def test_the_arrays_used_last_are_kept() -> None:
    """As many as fit; one that is too large takes no other's room."""
    cache, array = FeatureCache(3 * 8), np.zeros(1)
    for key in "abc":
        cache.keep(key, array)
    assert cache.get("a") is array
    cache.keep("a", array)
    cache.keep("d", array)
    assert [cache.get(key) is array for key in "abcd"] == [True, False, True, True]
    cache.keep("large", np.zeros(4))
    assert [cache.get(key) is array for key in "acd"] == [True, True, True]
    assert cache.get("large") is None
