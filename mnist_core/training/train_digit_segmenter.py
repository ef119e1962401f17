"""Training the network of `mnist_core.inference.digit_segmenter`.

    python -m mnist_core.training.train_digit_segmenter

Takes about five minutes on two cores. The numbers are composed of MNIST's training images but the
last 5,000, and of digits in other writers' styles; the test split is never read.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

import cv2
import numpy as np

from mnist_core.datasets.mnist import Split, load_mnist
from mnist_core.inference.digit_segmenter import DIGIT_SEGMENTER
from mnist_core.inference.segmentation import VIEW, Proposals, propose_regions
from mnist_core.preprocessing.normalization import crop_to_ink
from mnist_core.preprocessing.scaling import as_float
from mnist_core.synthesis.handwriting import VARIANTS, template_digit
from mnist_core.training.trainer import split_validation

if TYPE_CHECKING:
    import keras

HELD_OUT = 1 / 12
NUMBERS = 3_000
EPOCHS, BATCH = 4, 128
LEARNING_RATE = 0.003
SEED = 0
REPLACE_FRACTION = 0.25  # share of digits in other writers' styles
# A region is a digit if it has so much of its ink, as intersection over union.
MIN_IOU = 0.8
Rng = np.random.Generator


@dataclass(frozen=True, eq=False)
class ComposedNumber:
    """A line (h, w) float32 of digits, and each digit's own ink on it (n, h, w) float32."""

    ink: np.ndarray
    digits: np.ndarray


def main() -> None:
    """Train the network and write it."""
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
    import keras

    from mnist_core.training.onnx_export import OnnxExporter

    keras.utils.set_random_seed(SEED)
    rng = np.random.default_rng(SEED)
    training, _ = split_validation(load_mnist().train, HELD_OUT)
    views, whole = write_examples(training, NUMBERS, rng)
    network = build_separator()
    network.compile(optimizer=keras.optimizers.Adam(LEARNING_RATE), loss="binary_crossentropy")
    for epoch in range(EPOCHS):
        network.optimizer.learning_rate = LEARNING_RATE * 0.4**epoch
        network.fit(views, whole, batch_size=BATCH, verbose=2)
    DIGIT_SEGMENTER.parent.mkdir(exist_ok=True)
    OnnxExporter(network).write(DIGIT_SEGMENTER)


def build_separator() -> keras.Model:
    """Build a network that says of a view whether the region in it is one whole digit."""
    import keras
    from keras import layers

    def convolve(filters: int, size: int) -> list[keras.layers.Layer]:
        return [
            layers.Conv2D(filters, size, strides=2, padding="same", use_bias=False),
            layers.BatchNormalization(momentum=0.9),
            layers.ReLU(),
        ]

    return keras.Sequential(
        [
            keras.Input((*VIEW, 2), name="view"),
            layers.Rescaling(1 / 255),
            *convolve(16, 5),  # (16, 24, 16)
            *convolve(32, 3),  # (8, 12, 32)
            *convolve(64, 3),  # (4, 6, 64)
            layers.Flatten(),
            layers.Dropout(0.3),
            layers.Dense(64, activation="relu"),
            layers.Dense(1, activation="sigmoid", name="whole"),
        ],
        name="separator",
    )


def write_examples(source: Split, count: int, rng: Rng) -> tuple[np.ndarray, np.ndarray]:
    """Compose numbers and look at every region: views (n, 32, 48, 2) uint8, whole (n,) uint8."""
    views, whole = [], []
    for _ in range(count):
        number = compose_number(source, rng)
        proposals = propose_regions(number.ink)
        views.append(proposals.views)
        whole.append(max_iou(number, proposals) >= MIN_IOU)
    return np.concatenate(views), np.concatenate(whole).astype(np.uint8)


def compose_number(source: Split, rng: Rng) -> ComposedNumber:
    """Write one to eight digits side by side, as closely as some people do and others do not."""
    height = rng.uniform(64, 120)
    lean, slope = rng.normal(0.05, 0.12), rng.normal(0, 0.03)
    boldness, spread = rng.uniform(0.25, 0.55), rng.uniform(0, 0.12)
    spacing, uneven = rng.choice([-0.02, 0.05, 0.15, 0.3]), rng.uniform(0.02, 0.08)
    inks = [
        slant(enlarge(_pick(source, rng), height * np.exp(rng.normal(0, spread)), boldness), lean)
        for _ in range(rng.integers(1, 9))
    ]
    room = round(1.5 * height)
    width = sum(ink.shape[1] for ink in inks) + 2 * room + round(len(inks) * height * 0.6)
    digits = np.zeros((len(inks), 2 * room + round(height), width), np.float32)
    right = room
    for ink, digit in zip(inks, digits, strict=True):
        left = max(0, round(right + height * rng.normal(spacing, uneven)))
        middle = digits.shape[1] / 2 + slope * (left - width / 2) + rng.normal(0, 0.05) * height
        top = int(np.clip(middle - ink.shape[0] / 2, 0, digits.shape[1] - ink.shape[0]))
        digit[top : top + ink.shape[0], left : left + ink.shape[1]] = ink
        right = left + ink.shape[1]
    return ComposedNumber(digits.max(axis=0), digits)


def max_iou(number: ComposedNumber, proposals: Proposals) -> np.ndarray:
    """Return each region's intersection over union with the digit that it is most like, (n,)."""
    shares = np.zeros(len(proposals.regions), np.float32)
    areas = number.digits.sum(axis=(1, 2))
    for index, region in enumerate(proposals.regions):
        box = region.box
        scale = (box.bottom - box.top) // region.ink.shape[0]
        own = region.ink.repeat(scale, axis=0).repeat(scale, axis=1)
        height, width = number.ink.shape
        own = own[: height - box.top, : width - box.left]
        under = number.digits[:, box.top : box.bottom, box.left : box.right]
        common = np.minimum(under, own).sum(axis=(1, 2))
        shares[index] = (common / (areas + own.sum() - common)).max()
    return shares


def _pick(source: Split, rng: Rng) -> np.ndarray:
    if rng.random() < REPLACE_FRACTION:
        return template_digit(int(rng.integers(10)), int(rng.integers(VARIANTS)))
    return np.asarray(source.images[rng.integers(len(source.images))])


def enlarge(image: np.ndarray, height: float, boldness: float) -> np.ndarray:
    """Return a 28×28 image enlarged so that 20 of its pixels are `height`, with sharp strokes."""
    side = round(28 * height / 20)
    large = cv2.resize(as_float(image), (side, side), interpolation=cv2.INTER_CUBIC)
    smooth = cv2.GaussianBlur(large, (0, 0), side / 28 * 0.4)
    return np.clip((smooth - boldness) * 8 + 0.5, 0, 1)


def slant(ink: np.ndarray, lean: float) -> np.ndarray:
    """Return the ink sheared to the right by `lean` of its height, cropped."""
    height, width = ink.shape
    room = height // 2
    move = np.array([[1, -lean, room + lean * height / 2], [0, 1, 0]], np.float32)
    ink = np.asarray(cv2.warpAffine(ink, move, (width + 2 * room, height)))
    cropped = crop_to_ink(ink)
    return cropped if cropped.size else ink[:1, :1]


if __name__ == "__main__":
    main()
