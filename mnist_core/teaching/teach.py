"""Teaching a network a person's own handwriting."""

from __future__ import annotations

from typing import Literal, get_args

import numpy as np

from mnist_core.config import check_seed
from mnist_core.datasets.mnist import load_mnist
from mnist_core.inference.classifier import Classifier
from mnist_core.messages import message
from mnist_core.teaching.drawings import TeachingError, check_drawings
from mnist_core.teaching.last_layer import replace_last_layer
from mnist_core.teaching.lesson import prepare_lesson
from mnist_core.teaching.whole_network import make_config, name_weights, teach_whole_network

Method = Literal["instant", "thorough"]


def teach(
    images: np.ndarray,
    labels: np.ndarray,
    method: Method = "instant",
    base: Classifier | None = None,
    seed: int = 0,
) -> Classifier:
    """Teach a network a person's drawings, and return the network that it becomes.

    The drawings are varied at random, and MNIST is rehearsed, so that digits of which there are no
    drawings and other people's are still classified well.

    Args:
        images: (n, 28, 28) float32 in 0..1, drawings as `prepare_drawing` returns them; n at least
            1. Five of each digit are a good start.
        labels: (n,) integers in 0..9, the digits that were drawn.
        method: "instant" teaches the last layer without TensorFlow, in less than a second once the
            features of MNIST and of most of the drawings are cached. "thorough" trains the whole
            network on TensorFlow, which takes some seconds and gains more.
        base: The network to start from; by default the app's default model. It is not changed.
        seed: The seed of the drawings' variations and of the order of images, 0 to 2**31 - 1.

    Returns:
        The taught network, in memory; `Classifier.graph` is what a file of it has to hold.

    Raises:
        TeachingError: The drawings cannot be used, the network cannot be taught, or there is no
            such method.
        ConfigError: The seed is out of range.
        DatasetError: MNIST cannot be read.
        ModelError: The app's default model is missing or damaged.

    Examples:
        >>> images = load_mnist().test.images[:2] / np.float32(255)  # a 7 and a 2
        >>> taught = teach(images, np.array([7, 2]))
        >>> taught.probabilities(images).argmax(axis=1)
        array([7, 2])
    """
    drawings = check_drawings(images, labels)
    check_seed(seed)
    if method not in get_args(Method):
        raise TeachingError(
            message(
                "There is no method “{method}” of teaching; choose “instant” or “thorough”.",
                method=method,
            )
        )
    base = base or Classifier.load()
    if method == "instant":
        return replace_last_layer(base, prepare_lesson(drawings, base, seed).fit())
    config = make_config(base, seed)
    model = teach_whole_network(drawings, base, load_mnist(), config).model
    return base.with_taught_weights(name_weights(base, model))
