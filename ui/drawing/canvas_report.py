"""What the browser reports about a canvas: its strokes and its picture.

A visitor can forge both, so what no canvas of the app reports is ignored.
"""

import io
from dataclasses import dataclass
from typing import Any, TypeGuard

import numpy as np
from PIL import Image

from ui.components.received import read_data_url

HEIGHT = 336
"""The height of every canvas, in pixels."""

MAX_STROKES = 1_000
MAX_POINTS = 20_000
"""Points of all strokes together: a pen that moves for some minutes."""


@dataclass(frozen=True, eq=False)
class CanvasReport:
    """A drawing as the browser reports it.

    Attributes:
        drawing: With `objects`, the strokes as fabric.js objects in the order drawn.
        pixels: (h, w, 4) uint8 RGBA.
    """

    drawing: dict[str, Any]
    pixels: np.ndarray


def can_show(value: object) -> bool:
    """Return whether the canvas component can read its own value; of others it would fail."""
    return (
        isinstance(value, dict)
        and isinstance(value.get("drawing") or {}, dict)
        and value.get("backgroundFit") is None
    )


def read_report(value: object, width: int) -> CanvasReport | None:
    """Return the drawing in the value of a canvas component.

    Args:
        value: What the browser has sent.
        width: The width of the canvas in pixels.

    Returns:
        The drawing; None if there is none yet, or if no canvas has sent it.
    """
    if not are_strokes(objects := _find(value, "drawing", "raw", "objects")):
        return None
    pixels = decode_png(_find(value, "drawing", "data"), width)
    if pixels is None:
        return None
    return CanvasReport({"objects": objects}, pixels)


def are_strokes(objects: object) -> TypeGuard[list[dict[str, Any]]]:
    """Return whether objects are paths, and not more than a person draws."""
    return _are_paths(objects) and not _are_too_many(objects)


def has_too_many_strokes(value: object) -> bool:
    """Return whether a canvas reports more strokes or points than are read."""
    objects = _find(value, "drawing", "raw", "objects")
    return _are_paths(objects) and _are_too_many(objects)


def _find(value: object, *keys: str) -> object:
    """Return what lies under these keys of dictionaries in each other, None if nothing does."""
    for key in keys:
        value = value.get(key) if isinstance(value, dict) else None
    return value


def _are_paths(objects: object) -> TypeGuard[list[dict[str, Any]]]:
    return isinstance(objects, list) and all(
        isinstance(each, dict) and isinstance(each.get("path"), list) for each in objects
    )


def _are_too_many(paths: list[dict[str, Any]]) -> bool:
    return len(paths) > MAX_STROKES or sum(len(each["path"]) for each in paths) > MAX_POINTS


def decode_png(data_url: object, width: int) -> np.ndarray | None:
    """Return the pixels of a data URL from the browser.

    Args:
        data_url: What the browser has sent.
        width: The width of the canvas in pixels.

    Returns:
        (h, w, 4) uint8 RGBA; None if it is not a PNG of the canvas’s size.
    """
    content = read_data_url(data_url)
    if content is None:
        return None
    try:
        picture = Image.open(io.BytesIO(content), formats=("PNG",))
        if picture.size != (width, HEIGHT):
            return None
        # Every browser sends RGBA, of which a conversion would make another copy.
        return np.asarray(picture if picture.mode == "RGBA" else picture.convert("RGBA"))
    except Exception:  # Pillow raises many types that share no base.
        return None
