"""Tests of mnist_core.synthesis.augmentation: random changes to training images."""

import numpy as np
import pytest

from mnist_core.config import Augmentation
from mnist_core.datasets.mnist import Split, load_mnist
from mnist_core.inference.classifier import Classifier
from mnist_core.synthesis.augmentation import augment

ALL = Augmentation(affine=True, elastic=True, thickness=True, style=True)
KINDS = [
    Augmentation(affine=True),
    Augmentation(elastic=True),
    Augmentation(thickness=True),
    Augmentation(style=True),
    ALL,
]


@pytest.fixture(scope="module")
def digits() -> Split:
    """Six hundred held-out training images."""
    train = load_mnist().train
    return Split(train.images[-600:], train.labels[-600:])


def change(digits: Split, changes: Augmentation, seed: int = 0) -> np.ndarray:
    """Augment the digits with a generator of that seed."""
    return augment(digits.images, digits.labels, changes, np.random.default_rng(seed))


@pytest.mark.parametrize("changes", KINDS, ids=str)
def test_the_same_seed_gives_the_same_images(digits: Split, changes: Augmentation) -> None:
    """Another seed gives other images; the originals are not changed."""
    before = digits.images.copy()
    first, again, other = (change(digits, changes, seed) for seed in (1, 1, 2))
    assert first.shape == (600, 28, 28)
    assert first.dtype == np.uint8
    assert (first == again).all()
    assert (first != other).any()
    assert (digits.images == before).all()


def test_without_augmentation_images_are_copied(digits: Split) -> None:
    """The copies are equal and share no memory."""
    copies = change(digits, Augmentation())
    assert (copies == digits.images).all()
    assert not np.shares_memory(copies, digits.images)


@pytest.mark.parametrize("changes", KINDS, ids=str)
def test_changed_images_look_like_prepared_drawings(digits: Split, changes: Augmentation) -> None:
    """The longer side stays near 20 pixels, the mass near the middle of pixel 14."""
    images = change(digits, changes).astype(float)
    pixel_centers = np.arange(28) + 0.5
    total = images.sum(axis=(1, 2))
    x = images.sum(axis=1) @ pixel_centers / total
    y = images.sum(axis=2) @ pixel_centers / total
    assert abs(x.mean() - 14.5) < 0.2
    assert abs(y.mean() - 14.5) < 0.2
    assert max(x.std(), y.std()) < 0.8
    rows = (images.max(axis=2) > 25).sum(axis=1)
    columns = (images.max(axis=1) > 25).sum(axis=1)
    longer = np.maximum(rows, columns)
    assert 19 <= np.median(longer) <= 21
    assert (np.abs(longer - 20) <= 3).mean() > 0.97


def test_augmented_digits_are_still_recognized(digits: Split) -> None:
    """The shipped classifier predicts most labels; `benchmarks.drawing` measures accuracy."""
    predictions = Classifier.load().probabilities(change(digits, ALL)).argmax(axis=1)
    assert (predictions == digits.labels).mean() > 0.5


def test_strokes_get_thicker_and_thinner(digits: Split) -> None:
    """Some images get far more ink, others less."""
    ratio = change(digits, Augmentation(thickness=True)).sum(axis=(1, 2)) / digits.images.sum(
        axis=(1, 2)
    )
    assert np.quantile(ratio, 0.9) > 1.15
    assert np.quantile(ratio, 0.1) < 0.95


@pytest.mark.parametrize("changes", KINDS, ids=str)
def test_strength_scales_the_changes(digits: Split, changes: Augmentation) -> None:
    """Each kind of change differs less from the original at a lower strength."""

    def difference(strength: float) -> float:
        rng = np.random.default_rng(0)
        changed = augment(digits.images, digits.labels, changes, rng, strength)
        return float(np.abs(changed.astype(float) - digits.images).mean())

    assert difference(0.0) < difference(0.4) < 0.9 * difference(1.0)


def test_a_slash_crosses_some_zeros(digits: Split) -> None:
    """More empty centers get ink with the style augmentation than without."""
    zeros = Split(*(part[digits.labels == 0] for part in (digits.images, digits.labels)))

    def crossed(changes: Augmentation) -> float:
        return float((change(zeros, changes)[:, 13:16, 14] > 150).any(axis=1).mean())

    assert crossed(Augmentation(style=True)) > crossed(Augmentation(thickness=True)) + 0.1


def test_blank_images_stay_blank() -> None:
    """An image without ink causes no division by zero and no noise."""
    blank = np.zeros((4, 28, 28), np.uint8)
    changes = Augmentation(affine=True, elastic=True, thickness=True)
    changed = augment(blank, np.zeros(4, np.uint8), changes, np.random.default_rng(0))
    assert not changed.any()


@pytest.mark.parametrize("seed", range(20))
def test_images_do_not_reach_their_neighbors(seed: int) -> None:
    """Also those whose ink touches their edges."""
    images = np.zeros((3, 28, 28), np.uint8)
    images[:, 6:22, 12:16] = 255
    filled = images.copy()
    filled[[0, 2]] = 255
    changes = Augmentation(affine=True, elastic=True, thickness=True)
    labels = np.full(3, 1, np.uint8)
    alone, between = (
        augment(each, labels, changes, np.random.default_rng(seed))[1] for each in (images, filled)
    )
    assert (alone == between).all()


def test_digits_stay_where_they_are_on_average(digits: Split) -> None:
    """The lag of the interpolation moves them to either side."""
    middle = np.arange(28) + 0.5

    def find_centers(images: np.ndarray) -> np.ndarray:
        mass = images.sum(axis=(1, 2))
        rows, columns = (images.sum(axis=axis) @ middle / mass for axis in (2, 1))
        return np.array([rows.mean(), columns.mean()])

    moved = [find_centers(change(digits, Augmentation(elastic=True), seed)) for seed in range(40)]
    assert np.abs(np.mean(moved, axis=0) - 14.5).max() < 0.03


@pytest.mark.parametrize("count", [0, 1, 1001, 4096])
def test_batches_of_any_size(count: int) -> None:
    """Batches too large for one OpenCV call are split."""
    train = load_mnist().train
    changed = augment(train.images[:count], train.labels[:count], ALL, np.random.default_rng(0))
    assert changed.shape == (count, 28, 28)
    assert changed.any(axis=(1, 2)).all()
