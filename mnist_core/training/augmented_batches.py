"""The batches of an epoch, shuffled and augmented in a thread while the network trains."""

from __future__ import annotations

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import cv2
import numpy as np

from mnist_core.config import TrainingConfig
from mnist_core.datasets.mnist import Split
from mnist_core.synthesis.augmentation import augment
from mnist_core.synthesis.handwriting import MAX_VARIANTS, VARIANTS

SECONDS_PER_CALL = 0.2
# Over the last quarter of runs of four or more epochs augmentation is weaker, so that the network
# finishes on images like those it will classify (He et al., "Data augmentation revisited", 2019).
WEAK_FRACTION, WEAK_STRENGTH = 1 / 4, 0.3
# Long runs see more drawings in other handwriting; those of short ones are drawn ahead.
VARIANTS_PER_EPOCH = 100


@contextmanager
def opencv_in_one_thread() -> Iterator[None]:
    """Keep OpenCV from waking threads, which wait for work at full speed beside the training.

    The number of threads applies to the whole process, so the previous one is restored at the end.
    """
    previous = cv2.getNumThreads()
    cv2.setNumThreads(1)
    try:
        yield
    finally:
        cv2.setNumThreads(previous)


def iterate_batches(
    config: TrainingConfig, split: Split, batch_size: int, epoch: int
) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Yield the images (steps, batch, 28, 28) and labels (steps, batch) of an epoch, both uint8.

    Each item holds as many steps as the caller processes in about `SECONDS_PER_CALL`; a last batch
    that is not full is left out. Each batch is augmented by its own random generator, so that it
    does not depend on how the steps are grouped.

    Args:
        config: Gives the seed, the augmentation and the number of epochs.
        split: The training images.
        batch_size: Images per step, at most as many as the split has.
        epoch: Counted from 1; it seeds the order of the images.
    """
    steps = len(split.labels) // batch_size
    order = np.random.default_rng((config.seed, epoch)).permutation(len(split.labels))
    order = order[: steps * batch_size].reshape(steps, batch_size)
    strength = _augmentation_strength(epoch, config.epochs)
    variants = min(max(VARIANTS, VARIANTS_PER_EPOCH * config.epochs), MAX_VARIANTS)

    def load(start: int, count: int) -> tuple[np.ndarray, np.ndarray]:
        chosen = order[start : start + count]
        images, labels = split.images[chosen], split.labels[chosen]
        if config.augmentation:
            for step, (batch, digits) in enumerate(zip(images, labels, strict=True), start):
                rng = np.random.default_rng((config.seed, epoch, step))
                batch[:] = augment(batch, digits, config.augmentation, rng, strength, variants)
        return images, labels

    with ThreadPoolExecutor(max_workers=1) as pool:
        start, count = 0, 1
        loading = pool.submit(load, start, count)
        while start < steps:
            images, labels = loading.result()
            start += len(labels)
            loading = pool.submit(load, start, count)
            yielded = time.perf_counter()
            yield images, labels
            seconds_per_step = (time.perf_counter() - yielded) / len(labels)
            count = int(np.clip(SECONDS_PER_CALL / seconds_per_step, 1, 2 * len(labels)))


def _augmentation_strength(epoch: int, epochs: int) -> float:
    is_last_quarter = epochs - epoch < int(WEAK_FRACTION * epochs)
    return WEAK_STRENGTH if is_last_quarter else 1.0
