"""Tests of mnist_core.training.augmented_batches: order, grouping and augmentation of batches."""

import numpy as np
import pytest

from mnist_core.config import Augmentation
from mnist_core.datasets.mnist import Split
from mnist_core.training import augmented_batches
from mnist_core.training.augmented_batches import iterate_batches
from tests.small import configure, load_few


@pytest.fixture(scope="module")
def split() -> Split:
    """Return 200 training images."""
    return load_few(train=200).train


def collect(config, split: Split, epoch: int = 1) -> tuple[np.ndarray, np.ndarray]:
    """Return all images and labels of an epoch, by batch."""
    parts = list(iterate_batches(config, split, config.batch_size, epoch))
    images, labels = zip(*parts, strict=True)
    return np.concatenate(images), np.concatenate(labels)


def test_an_epoch_shuffles_the_images_into_full_batches(split: Split) -> None:
    """Six batches of 32 are chosen without repetition, in another order for each epoch."""
    config = configure()
    first, labels = collect(config, split, epoch=1)
    second, _ = collect(config, split, epoch=2)
    assert first.shape == (6, 32, 28, 28)
    assert labels.shape == (6, 32)
    unique = np.unique(split.images.reshape(200, -1), axis=0)
    assert len(np.unique(first.reshape(192, -1), axis=0)) >= 192 - (200 - len(unique))
    assert (first != second).any()


def test_batches_do_not_depend_on_their_grouping(
    split: Split, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A slow caller, who gets one step at a time, gets the same augmented images as a fast one."""
    config = configure(augmentation=Augmentation(affine=True, elastic=True))
    fast, _ = collect(config, split)
    monkeypatch.setattr(augmented_batches, "SECONDS_PER_CALL", 0)
    parts = list(iterate_batches(config, split, 32, 1))
    assert [len(labels) for _, labels in parts] == [1] * 6
    np.testing.assert_array_equal(np.concatenate([images for images, _ in parts]), fast)


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> list[tuple[float, int]]:
    """Return the strength and the variants of each call of `augment`, which changes nothing."""
    recorded: list[tuple[float, int]] = []

    def record(images, labels, changes, rng, strength, variants):
        recorded.append((strength, variants))
        return images

    monkeypatch.setattr(augmented_batches, "augment", record)
    return recorded


@pytest.mark.parametrize(("epochs", "weak"), [(3, []), (8, [7, 8])])
def test_augmentation_is_weaker_in_the_last_quarter(
    split: Split, calls: list[tuple[float, int]], epochs: int, weak: list[int]
) -> None:
    """Runs of fewer than four epochs have no such quarter."""
    config = configure(epochs=epochs, augmentation=Augmentation(affine=True))
    for epoch in range(1, epochs + 1):
        calls.clear()
        collect(config, split, epoch)
        assert len(calls) == 6
        assert {strength < 1 for strength, _ in calls} == {epoch in weak}


@pytest.mark.parametrize(("epochs", "expected"), [(3, 1000), (20, 2000), (50, 4000)])
def test_long_runs_see_more_drawings_in_other_handwriting(
    split: Split, calls: list[tuple[float, int]], epochs: int, expected: int
) -> None:
    """Short runs see only those that are drawn ahead, and none more than are cached."""
    collect(configure(epochs=epochs, augmentation=Augmentation(style=True)), split)
    assert {variants for _, variants in calls} == {expected}
