"""Mean images, distances to them, and pixel statistics, compared with NumPy."""

import numpy as np
import pytest

from mnist_core.datasets.mnist import Mnist, Split
from mnist_core.datasets.statistics import (
    ClassMeans,
    compute_class_means,
    distance_to_mean,
    rank_by_distance,
)


@pytest.fixture(scope="module")
def means(data: Mnist) -> ClassMeans:
    """Return the means of the test images."""
    return compute_class_means(data.test)


def test_a_case_computed_by_hand() -> None:
    """Two ones of one pixel each: their mean, and their distance to it."""
    images = np.zeros((3, 28, 28), np.uint8)
    images[0, 0, 0], images[1, 0, 0], images[2, 5, 5] = 255, 51, 255
    split = Split(images, np.array([1, 1, 7], np.uint8))
    found = compute_class_means(split)
    assert found.means[1, 0, 0] == np.float32(0.6)
    assert found.means[7, 5, 5] == 1
    assert not found.means[0].any()
    assert found.counts.tolist() == [0, 2, 0, 0, 0, 0, 0, 1, 0, 0]
    assert distance_to_mean(split, found.means) == pytest.approx([0.4, 0.4, 0])


def test_the_mean_of_all_pixels(means: ClassMeans, data: Mnist) -> None:
    """Mean and standard deviation equal NumPy's."""
    scaled = data.test.images / 255
    assert means.mean == pytest.approx(scaled.mean())
    assert means.std == pytest.approx(scaled.std())
    assert means.histogram.sum() == scaled.size
    assert means.counts.sum() == len(data.test.labels)


def test_the_distances_of_one_image(means: ClassMeans, data: Mnist) -> None:
    """They equal NumPy's norms; `distance_to_mean` gives the one of the image's own digit."""
    image, label = data.test.images[0] / np.float32(255), data.test.labels[0]
    expected = [np.linalg.norm(image - mean) for mean in means.means]
    assert means.distances(image) == pytest.approx(expected, rel=1e-5)
    distances = distance_to_mean(Split(data.test.images[:1], data.test.labels[:1]), means.means)
    assert distances == pytest.approx(expected[label], rel=1e-5)


def test_the_nearest_mean_classifies_most_digits(means: ClassMeans, data: Mnist) -> None:
    """It is correct for about four of five images; chance is one in ten."""
    images = data.train.images[:500] / np.float32(255)
    nearest = np.array([means.distances(image).argmin() for image in images])
    assert 0.7 < (nearest == data.train.labels[:500]).mean() < 0.9


def test_the_farthest_images_come_first(means: ClassMeans, data: Mnist) -> None:
    """The ranking has all images of the digit, by decreasing distance."""
    distances = distance_to_mean(data.test, means.means)
    order = rank_by_distance(data.test.labels, distances, 4)
    assert (data.test.labels[order] == 4).all()
    assert len(order) == means.counts[4]
    assert (np.diff(distances[order]) <= 0).all()
    assert rank_by_distance(data.test.labels[:0], distances[:0], 4).size == 0
