"""Random changes to training images, so that a network learns more hands than it is shown.

All images of a batch are changed at once: they stand in one tall picture, black rows between them,
through which OpenCV goes in a single call. A change is followed by what `prepare_drawing` does to
a drawing, its longer side fitted to 20 pixels and its mass centerd, folded into the same
resampling, so that training images keep looking like prepared drawings. Costs about 30 µs an
image.
"""

from __future__ import annotations

import cv2
import numpy as np

from mnist_core.config import Augmentation
from mnist_core.datasets.mnist import SIDE
from mnist_core.preprocessing.normalization import CENTRE, DIGIT_SIDE, FAINT
from mnist_core.synthesis.handwriting import VARIANTS, draw_flag, template_digit
from mnist_core.synthesis.strokes import draw_over

Rng = np.random.Generator

ROTATION, SHEAR, STRETCH = 0.16, 0.2, 0.08  # standard deviations; radians, and shares
SIZE, SHIFT = 0.03, 0.4  # what remains after fitting; a share, and pixels
GRID, DISTORTION = 6, 1.3  # control points a side, and their standard deviation in pixels
BORDER = 2  # black pixels around each image
REPLACE_FRACTION = 0.2  # share of images that another writer's digit takes the place of
OVERLAY_FRACTION = 0.3  # share of MNIST's 0s, 1s and 7s that get strokes of another writer
MAX_IMAGES = 1000  # OpenCV resamples pictures of at most 32,767 rows


def augment(
    images: np.ndarray,
    labels: np.ndarray,
    changes: Augmentation,
    rng: Rng,
    strength: float = 1.0,
) -> np.ndarray:
    """Return changed copies of images of digits, which keep their labels.

    Args:
        images: (n, 28, 28) uint8, ink bright on 0.
        labels: (n,) uint8 in 0..9.
        changes: Which kinds of change are made.
        rng: Decides them; the same state gives the same images.
        strength: How far the changes go and how many images get another writer's strokes, 0..1.

    Returns:
        (n, 28, 28) uint8.
    """
    if len(images) > MAX_IMAGES:
        parts = range(0, len(images), MAX_IMAGES)
        return np.concatenate(
            [
                augment(
                    images[i : i + MAX_IMAGES], labels[i : i + MAX_IMAGES], changes, rng, strength
                )
                for i in parts
            ]
        )
    if not changes or not len(images):
        return images.copy()
    if changes.style:
        images = _restyle(images, labels, strength, rng)
    stack = np.pad(images, ((0, 0), (BORDER, BORDER), (BORDER, BORDER)))
    if changes.thickness:
        stack = _thicken(stack, strength, rng)
    return _warp(stack, changes, strength, rng)


def _restyle(images: np.ndarray, labels: np.ndarray, strength: float, rng: Rng) -> np.ndarray:
    """Put other writers' digits in the place of some, and their strokes on others."""
    chance = rng.random(len(images))
    replaced = chance < strength * REPLACE_FRACTION
    images = images.copy()
    numbers = rng.integers(VARIANTS, size=len(images))
    for index in np.flatnonzero(replaced):
        images[index] = template_digit(int(labels[index]), int(numbers[index]))
    stroked = (
        ~replaced
        & (chance < strength * (REPLACE_FRACTION + OVERLAY_FRACTION))
        & np.isin(labels, list(STROKES))
    )
    for index in np.flatnonzero(stroked):
        images[index] = STROKES[int(labels[index])](images[index], rng)
    return images


def _slash(image: np.ndarray, rng: Rng) -> np.ndarray:
    """Strike a 0 through from the upper right to the lower left, or write just inside it."""
    middle, half, width = _measure(image)
    reach = half * np.array([rng.uniform(0.4, 1.1), -rng.uniform(0.6, 1.1)])
    above, below = rng.uniform(0.6, 1.4, 2)
    return draw_over(image, [np.stack([middle + above * reach, middle - below * reach])], width)


def _flag(image: np.ndarray, rng: Rng) -> np.ndarray:
    """Give a 1 a flag at its top, often a foot, or a foot alone."""
    rows = np.flatnonzero(image.max(axis=1) > 100)
    weight = image[rows].astype(np.float32)
    columns = weight @ np.arange(SIDE, dtype=np.float32) / weight.sum(axis=1)
    _, _, width = _measure(image)
    top = np.array([columns[1:4].mean(), rows[0] + width / 2])
    bottom = np.array([columns[-4:-1].mean(), rows[-1] + 1 - width / 2])
    strokes = []
    has_flag = rng.random() < 0.85
    if has_flag:
        strokes.append(np.stack([top, top + draw_flag(rng.uniform(2, 9), 5.5, rng)]))
    if not has_flag or rng.random() < 0.5:
        left, right = rng.uniform(0, 7), rng.uniform(2, 8)
        strokes.append(bottom + np.array([[-left, 0], [right, 0]]))
    return draw_over(image, strokes, width)


def _bar(image: np.ndarray, rng: Rng) -> np.ndarray:
    """Draw a bar through the stem of a 7."""
    middle, half, width = _measure(image)
    row = int(middle[1] + half[1] * rng.uniform(-0.25, 0.35))
    ink = np.flatnonzero(image[row] > 100)
    column = float(ink.mean()) if ink.size else middle[0]
    left, right = rng.uniform(2.5, 7, 2)
    tilt = rng.normal(0, 0.8)
    ends = np.array([[column - left, row + tilt], [column + right, row - tilt]])
    return draw_over(image, [ends], width)


STROKES = {0: _slash, 1: _flag, 7: _bar}


def _measure(image: np.ndarray) -> tuple[np.ndarray, np.ndarray, float]:
    """Return middle (x, y), half the extent (x, y) and stroke width of the ink, in pixels."""
    ink = (image > 100).astype(np.uint8)
    x, y, width, height = cv2.boundingRect(ink)
    depth = cv2.distanceTransform(ink, cv2.DIST_L2, cv2.DIST_MASK_3)
    # Across a stroke the distance to its edge averages a quarter of its width.
    stroke = min(max(4 * float(depth.sum() / max(1, ink.sum())) - 2, 1.5), 4.0)
    return np.array([x + width / 2, y + height / 2]), np.array([width, height]) / 2, stroke


def _thicken(stack: np.ndarray, strength: float, rng: Rng) -> np.ndarray:
    """Blend each image with a thicker or thinner version of itself."""
    tall = stack.reshape(-1, stack.shape[2])
    cross = cv2.getStructuringElement(cv2.MORPH_CROSS, (3, 3))
    thick = cv2.dilate(tall, cross).reshape(stack.shape)
    thin = cv2.erode(tall, cross).reshape(stack.shape)
    amount = strength * rng.uniform(-0.6, 1, (len(stack), 1, 1)).astype(np.float32)
    # Strokes too thin to survive are not thinned.
    survives = thin.max(axis=(1, 2), keepdims=True) / np.float32(255)
    share = np.where(amount > 0, amount, -amount * survives)
    thinned = amount[:, 0, 0] < 0
    thick[thinned] = thin[thinned]
    change = cv2.subtract(thick, stack, dtype=cv2.CV_32F).reshape(stack.shape)
    return np.round(stack + share * change).astype(np.uint8)


def _warp(stack: np.ndarray, changes: Augmentation, strength: float, rng: Rng) -> np.ndarray:
    """Distort, fit and center all images in one resampling."""
    count, side = len(stack), stack.shape[1]
    matrices = np.tile(np.eye(2, dtype=np.float32), (count, 1, 1))
    if changes.affine:
        matrices = _random_matrices(count, strength, rng)
    shifts = np.zeros((count, 2, GRID, GRID), np.float32)
    if changes.elastic:
        shifts = rng.normal(0, strength * DISTORTION, shifts.shape).astype(np.float32)

    scale, origin = _fit(stack, matrices, shifts)
    if changes.affine:
        scale *= np.exp(rng.normal(0, strength * SIZE, count)).astype(np.float32)
        origin -= rng.normal(0, strength * SHIFT, (count, 2)).astype(np.float32)

    # From which place of the input each output pixel is read.
    inverse = np.linalg.inv(matrices)
    back = inverse / scale[:, None, None]
    start = np.einsum("nij,nj->ni", inverse, origin) + np.float32(side / 2 - 0.5)
    axis = np.arange(SIDE, dtype=np.float32) + np.float32(0.5 - CENTRE)
    source = back[:, :, 1, None, None] * axis[:, None] + (
        back[:, :, 0, None, None] * axis + start[..., None, None]
    )
    if changes.elastic:
        source -= _spread(np.einsum("nij,njyx->niyx", inverse, shifts), SIDE)
    np.clip(source, 0, side - 1, out=source)
    source[:, 1] += (np.arange(count, dtype=np.float32) * side)[:, None, None]
    result = cv2.remap(
        stack.reshape(-1, side),
        source[:, 0].reshape(-1, SIDE),
        source[:, 1].reshape(-1, SIDE),
        cv2.INTER_CUBIC,
    )
    return result.reshape(count, SIDE, SIDE)


def _fit(
    stack: np.ndarray, matrices: np.ndarray, shifts: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Find how the distorted ink is fitted as `prepare_drawing` fits it.

    Reckoned on images of half the size, which is exact to about half a pixel.

    Returns:
        The scales (n,) and the places (n, 2), from the middle of the distorted image, that come
        to lie at the center of mass of MNIST's digits. Both float32.
    """
    side = stack.shape[1]
    rows = np.maximum(stack[:, ::2], stack[:, 1::2])
    half = np.maximum(rows[:, :, ::2], rows[:, :, 1::2]).astype(np.float32)
    half[half < 255 * FAINT] = 0
    axis = 2 * np.arange(side // 2, dtype=np.float32) + np.float32(1 - side / 2)
    gone = _spread(shifts, side // 2)
    gone += matrices[:, :, 1, None, None] * axis[:, None]
    gone += matrices[:, :, 0, None, None] * axis
    outside = np.where(half > 0, np.float32(0), np.float32(1e6))[:, None]
    extent = (gone - outside).max(axis=(2, 3)) - (gone + outside).min(axis=(2, 3))
    mass = half.sum(axis=(1, 2))
    blank = mass == 0
    mass[blank] = 1
    origin = (half[:, None] * gone).sum(axis=(2, 3)) / mass[:, None]
    longer = extent.max(axis=1) + np.float32(1)
    longer[blank] = DIGIT_SIDE
    return np.float32(DIGIT_SIDE) / longer, origin


def _random_matrices(count: int, strength: float, rng: Rng) -> np.ndarray:
    """Return rotations, shears and stretches, (n, 2, 2) float32."""
    angle, shear, stretch = (
        rng.normal(0, strength * spread, count) for spread in (ROTATION, SHEAR, STRETCH)
    )
    stretch = np.exp(stretch)
    cosine, sine = np.cos(angle), np.sin(angle)
    slant = np.stack([stretch, shear, np.zeros(count), 1 / stretch], axis=1).reshape(-1, 2, 2)
    turn = np.stack([cosine, -sine, sine, cosine], axis=1).reshape(-1, 2, 2)
    return (turn @ slant).astype(np.float32)


def _spread(shifts: np.ndarray, side: int) -> np.ndarray:
    """Spread the shifts of a coarse grid's points over an image by cubic B-splines.

    Args:
        shifts: (n, 2, GRID, GRID) float32.
        side: The image's side.

    Returns:
        (n, 2, side, side) float32, smooth.
    """
    points = np.linspace(0, GRID - 3, side, dtype=np.float32)
    distance = np.abs(points[:, None] - np.arange(-1, GRID - 1, dtype=np.float32))
    near = 2 / 3 - distance**2 + distance**3 / 2
    far = np.maximum(2 - distance, 0) ** 3 / 6
    weights = np.where(distance < 1, near, far)
    # By OpenCV, since NumPy's multi-threaded product stalls on a busy machine.
    across = cv2.gemm(shifts.reshape(-1, GRID), weights, 1, None, 0, flags=cv2.GEMM_2_T)  # type: ignore[call-overload]
    turned = across.reshape(-1, GRID, side).swapaxes(1, 2).reshape(-1, GRID)
    down = cv2.gemm(turned, weights, 1, None, 0, flags=cv2.GEMM_2_T)  # type: ignore[call-overload]
    return down.reshape(*shifts.shape[:2], side, side).swapaxes(2, 3)
