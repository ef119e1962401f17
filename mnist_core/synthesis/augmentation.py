"""Random augmentation of training images, so that a network generalizes to other handwriting.

All images of a batch are changed at once: they stand side by side in one wide image, with black
columns between them, which OpenCV processes in a single call. Each change is followed by what
`prepare_drawing` does to a drawing (its longer side is fitted to 20 pixels and its mass centered),
in the same resampling, so that augmented images still look like prepared drawings. It takes about
20 µs per image.
"""

from __future__ import annotations

import cv2
import numpy as np

from mnist_core.config import Augmentation
from mnist_core.datasets.mnist import SIDE
from mnist_core.preprocessing.centering import CENTER, DIGIT_SIDE, FAINT
from mnist_core.synthesis.added_strokes import ADDED_STROKES, add_strokes
from mnist_core.synthesis.handwriting import VARIANTS, template_digit
from mnist_core.synthesis.interpolation import interpolate

Rng = np.random.Generator

# Standard deviations of the affine change: radians, and fractions of the size.
ROTATION, SHEAR, STRETCH = 0.16, 0.2, 0.08
# Standard deviations of what is left after fitting: a fraction of the size, and pixels.
SCALE, SHIFT = 0.03, 0.4
GRID, DISTORTION = 6, 1.3  # control points per side, and their standard deviation in pixels
BORDER = 4  # black pixels around each image, so that no change of one reaches another
REPLACE_FRACTION = 0.2  # fraction of images replaced by a drawn digit
OVERLAY_FRACTION = 0.3  # fraction of MNIST's 0s, 1s and 7s that get an added stroke
MAX_IMAGES = 900  # per call, since OpenCV resamples images of less than 32,767 columns


def augment(
    images: np.ndarray,
    labels: np.ndarray,
    changes: Augmentation,
    rng: Rng,
    strength: float = 1.0,
    variants: int = VARIANTS,
) -> np.ndarray:
    """Return randomly changed copies of images of digits, which keep their labels.

    Args:
        images: (n, 28, 28) uint8, ink bright on 0.
        labels: (n,) uint8 in 0..9.
        changes: Which kinds of change are made.
        rng: Source of randomness; the same state gives the same images.
        strength: Scales the changes and the fraction of images that get another style, 0..1.
        variants: How many drawings of each digit there are in other styles, at most `MAX_VARIANTS`.

    Returns:
        (n, 28, 28) uint8.

    Examples:
        >>> images, labels = np.zeros((2, 28, 28), np.uint8), np.array([3, 5], np.uint8)
        >>> images[:, 5:23, 10:18] = 255
        >>> changed = augment(images, labels, Augmentation(affine=True), np.random.default_rng(0))
        >>> changed.shape, bool((changed == images).all())
        ((2, 28, 28), False)
    """
    if len(images) > MAX_IMAGES:
        chunks = [slice(i, i + MAX_IMAGES) for i in range(0, len(images), MAX_IMAGES)]
        return np.concatenate(
            [
                augment(images[chunk], labels[chunk], changes, rng, strength, variants)
                for chunk in chunks
            ]
        )
    if not changes or not len(images):
        return images.copy()
    if changes.style:
        images = _restyle(images, labels, strength, variants, rng)
    side = SIDE + 2 * BORDER
    strip = np.zeros((side, len(images), side), np.uint8)
    strip[BORDER:-BORDER, :, BORDER:-BORDER] = images.transpose(1, 0, 2)
    if changes.thickness:
        strip = _change_thickness(strip, strength, rng)
    return _warp(strip, changes, strength, rng)


def _restyle(
    images: np.ndarray, labels: np.ndarray, strength: float, variants: int, rng: Rng
) -> np.ndarray:
    """Replace some images by drawn digits, and add strokes to some of the others."""
    chance = rng.random(len(images))
    is_replaced = chance < strength * REPLACE_FRACTION
    images = images.copy()
    chosen = rng.integers(variants, size=len(images))
    for index in np.flatnonzero(is_replaced):
        images[index] = template_digit(int(labels[index]), int(chosen[index]))
    is_overlaid = (
        ~is_replaced
        & (chance < strength * (REPLACE_FRACTION + OVERLAY_FRACTION))
        & np.isin(labels, list(ADDED_STROKES))
    )
    if is_overlaid.any():
        images[is_overlaid] = add_strokes(images[is_overlaid], labels[is_overlaid], rng)
    return images


def _change_thickness(strip: np.ndarray, strength: float, rng: Rng) -> np.ndarray:
    """Blend each image with a dilated or eroded version of itself."""
    wide = strip.reshape(len(strip), -1)
    cross = cv2.getStructuringElement(cv2.MORPH_CROSS, (3, 3))
    target = cv2.dilate(wide, cross).reshape(strip.shape)
    eroded = cv2.erode(wide, cross).reshape(strip.shape)
    amount = strength * rng.uniform(-0.6, 1, (strip.shape[1],)).astype(np.float32)
    is_thinned = amount < 0
    target[:, is_thinned] = eroded[:, is_thinned]
    # Strokes that erosion would remove are not thinned.
    remaining = eroded.max(axis=0).max(axis=1) / np.float32(255)
    weight = np.where(is_thinned, -amount * remaining, amount)
    change = cv2.subtract(target.reshape(wide.shape), wide, dtype=cv2.CV_32F)
    change.reshape(strip.shape)[:] *= weight[:, None]
    return cv2.add(wide, change, dtype=cv2.CV_8U).reshape(strip.shape)


def _warp(strip: np.ndarray, changes: Augmentation, strength: float, rng: Rng) -> np.ndarray:
    """Distort, fit and center all images in one resampling."""
    side, count, _ = strip.shape
    matrices = np.tile(np.eye(2, dtype=np.float32), (count, 1, 1))
    if changes.affine:
        matrices = _random_matrices(count, strength, rng)
    shifts = np.zeros((count, 2, GRID * GRID), np.float32)
    if changes.elastic:
        shifts = strength * DISTORTION * rng.standard_normal(shifts.shape, np.float32)

    scale, origin = _fit(strip, matrices, shifts)
    if changes.affine:
        scale *= np.exp(rng.normal(0, strength * SCALE, count)).astype(np.float32)
        origin -= rng.normal(0, strength * SHIFT, (count, 2)).astype(np.float32)

    # The input coordinates that each output pixel is sampled from.
    inverse = np.linalg.inv(matrices)
    start = np.einsum("nij,nj->ni", inverse, origin) + np.float32(side / 2 - 0.5)
    source = _map_points(OUTPUT_POINTS, inverse / scale[:, None, None], start, -inverse @ shifts)
    # To either side, so that digits stay centered on average.
    direction = 1 if rng.random() < 0.5 else -1
    ink = interpolate(strip, source[:, 0], source[:, 1], direction)
    return ink.reshape(count, SIDE, SIDE)


def _fit(
    strip: np.ndarray, matrices: np.ndarray, shifts: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Compute the scale and center that fit the distorted ink as `prepare_drawing` does.

    Computed on images of half the size, which is exact to about half a pixel.

    Returns:
        The scales (n,), and the points (n, 2) that become the center of mass, relative to the
        middle of the distorted image. Both float32.
    """
    count = strip.shape[1]
    rows = np.maximum(strip[::2], strip[1::2])
    half = np.maximum(rows[:, :, ::2], rows[:, :, 1::2]).transpose(1, 0, 2)
    half = half.reshape(count, -1).astype(np.float32)
    half[half < 255 * FAINT] = 0
    position = _map_points(HALF_POINTS, matrices, np.zeros((count, 2), np.float32), shifts)
    outside = np.where(half > 0, np.float32(0), np.float32(1e6))[:, None]
    extent = (position - outside).max(axis=2) - (position + outside).min(axis=2)
    mass = half.sum(axis=1)
    is_blank = mass == 0
    mass[is_blank] = 1
    origin = np.einsum("np,nkp->nk", half, position) / mass[:, None]
    longer_side = extent.max(axis=1) + np.float32(1)
    longer_side[is_blank] = DIGIT_SIDE
    return np.float32(DIGIT_SIDE) / longer_side, origin


def _random_matrices(count: int, strength: float, rng: Rng) -> np.ndarray:
    """Return rotations combined with shears and stretches, (n, 2, 2) float32."""
    angle, shear, stretch = (
        rng.normal(0, strength * std, count) for std in (ROTATION, SHEAR, STRETCH)
    )
    stretch = np.exp(stretch)
    cosine, sine = np.cos(angle), np.sin(angle)
    slant = np.stack([stretch, shear, np.zeros(count), 1 / stretch], axis=1).reshape(-1, 2, 2)
    rotation = np.stack([cosine, -sine, sine, cosine], axis=1).reshape(-1, 2, 2)
    return (rotation @ slant).astype(np.float32)


def _map_points(
    points: np.ndarray, matrices: np.ndarray, offsets: np.ndarray, shifts: np.ndarray
) -> np.ndarray:
    """Map the points of a raster affinely, and shift each by a cubic B-spline.

    Args:
        points: (GRID² + 3, p) float32, by `_describe_raster`.
        matrices: (n, 2, 2) float32.
        offsets: (n, 2) float32.
        shifts: (n, 2, GRID²) float32, of the spline's control points.

    Returns:
        (n, 2, p) float32.
    """
    coefficients = np.concatenate([shifts, matrices, offsets[:, :, None]], axis=2)
    # Image by image, since a large product wakes threads that wait for work at full speed, while
    # the network trains on the same processors.
    return coefficients @ points


def _describe_raster(axis: np.ndarray) -> np.ndarray:
    """Return what is linear in the parameters of `_map_points`, at the points of a square raster.

    Args:
        axis: (side,) float32, the coordinates of columns and of rows.

    Returns:
        (GRID² + 3, side²) float32: the weights of the spline's control points, x, y, and 1.
    """
    side = len(axis)
    place = np.linspace(0, GRID - 3, side)[:, None]
    distance = np.abs(place - np.arange(-1, GRID - 1))
    near = 2 / 3 - distance**2 + distance**3 / 2
    far = np.maximum(2 - distance, 0) ** 3 / 6
    weights = np.where(distance < 1, near, far)
    y, x = np.meshgrid(axis, axis, indexing="ij")
    spline = np.einsum("yi,xj->ijyx", weights, weights).reshape(GRID * GRID, -1)
    affine = np.stack([x, y, np.ones((side, side))]).reshape(3, -1)
    return np.concatenate([spline, affine]).astype(np.float32)


# Relative to the middle of the image: the centers of the output's pixels, and of those of the
# padded input at half its size.
OUTPUT_POINTS = _describe_raster(np.arange(SIDE) + 0.5 - CENTER)
HALF_POINTS = _describe_raster(2 * np.arange(SIDE // 2 + BORDER) + 1 - SIDE / 2 - BORDER)
