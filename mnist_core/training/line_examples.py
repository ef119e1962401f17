"""Lines of digits to train the line reader on: composed numbers, randomly changed, in batches."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from itertools import repeat
from multiprocessing import get_context
from typing import TYPE_CHECKING

import cv2
import numpy as np

from mnist_core.datasets.mnist import Split
from mnist_core.inference.line_reader import FRAME_STEP, HEIGHT, prepare_line
from mnist_core.synthesis.handwriting import write_digit
from mnist_core.synthesis.random_numbers import compose_any

if TYPE_CHECKING:
    import tensorflow as tf

Rng = np.random.Generator
Line = tuple[np.ndarray, str]

MAX_DIGITS = 10
HEIGHTS = (34, 72)  # range of a line's digit height when it is composed, in pixels
CHUNK = 2_000  # numbers that a process composes at once
# Random changes of a line: the standard deviation of the logarithm of its width, the range of its
# ink's height, the range of its margins, in pixels, and the fraction that is blurred.
STRETCH, INK_HEIGHTS, MARGINS, BLUR_FRACTION = 0.12, (18, 30), (2, 9), 0.3
# Lines of about the same width share a batch: the standard deviation of their order, in pixels.
WIDTH_DISORDER = 15


def compose_lines(source: Split, count: int, seed: int) -> list[Line]:
    """Compose lines on all cores. The number of cores does not matter."""
    counts = [min(CHUNK, count - start) for start in range(0, count, CHUNK)]
    generators = [np.random.default_rng((seed, chunk)) for chunk in range(len(counts))]
    with ProcessPoolExecutor(mp_context=get_context("spawn")) as pool:
        parts = list(pool.map(make_lines, repeat(source), counts, generators))
    return [line for part in parts for line in part]


def make_lines(source: Split, count: int, rng: Rng) -> list[Line]:
    """Compose numbers and return the image of each, (32, w) uint8, and its text."""
    numbers = (
        compose_any(source, index, write_digit, MAX_DIGITS, rng, HEIGHTS) for index in range(count)
    )
    return [(prepare_line(number.ink), number.text) for number in numbers]


def draw_batches(
    lines: Sequence[Line], batch_size: int, rng: Rng
) -> Iterator[tuple[np.ndarray, np.ndarray, list[str]]]:
    """Return the lines of an epoch, randomly changed, in batches of about the same width.

    Yields:
        Images (n, 32, w, 1) uint8, the number of each line's frames (n,) int32, and the texts.
    """
    widths = np.array([image.shape[1] for image, _ in lines])
    order = np.argsort(widths + rng.normal(0, WIDTH_DISORDER, len(lines)))
    batches = order[: len(order) // batch_size * batch_size].reshape(-1, batch_size)
    for batch in rng.permutation(batches):
        images = [change_line(lines[index][0], rng) for index in batch]
        widths = np.array([image.shape[1] for image in images])
        padded = np.zeros((len(images), HEIGHT, -(-widths.max() // HEIGHT) * HEIGHT, 1), np.uint8)
        for image, own in zip(images, padded, strict=True):
            own[:, : image.shape[1], 0] = image
        yield padded, (widths // FRAME_STEP).astype(np.int32), [lines[index][1] for index in batch]


def change_line(image: np.ndarray, rng: Rng) -> np.ndarray:
    """Return a line at another size and place, (32, w) uint8, now and then blurred."""
    rows, columns = np.flatnonzero(image.any(axis=1)), np.flatnonzero(image.any(axis=0))
    ink = image[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    height = int(rng.integers(INK_HEIGHTS[0], INK_HEIGHTS[1] + 1))
    stretch = height / ink.shape[0] * np.exp(rng.normal(0, STRETCH))
    width = max(2, round(ink.shape[1] * stretch))
    is_reduced = width < ink.shape[1]
    method = cv2.INTER_AREA if is_reduced else cv2.INTER_LINEAR
    resized = cv2.resize(ink, (width, height), interpolation=method)
    top = int(rng.integers(0, HEIGHT - height + 1))
    left, right = rng.integers(*MARGINS, 2)
    changed = np.pad(resized, ((top, HEIGHT - height - top), (left, right)))
    if rng.random() < BLUR_FRACTION:
        changed = np.asarray(cv2.GaussianBlur(changed, (3, 3), rng.uniform(0.3, 0.8)))
    return changed


def to_sparse(texts: Sequence[str]) -> tf.SparseTensor:
    """Return texts as TensorFlow's loss takes them."""
    import tensorflow as tf

    places = [(row, place) for row, text in enumerate(texts) for place in range(len(text))]
    values = [int(character) for text in texts for character in text]
    return tf.SparseTensor(
        np.array(places, np.int64),
        np.array(values, np.int32),
        (len(texts), max(map(len, texts))),
    )
