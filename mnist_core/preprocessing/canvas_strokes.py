"""Pen strokes from the JSON that the drawing canvas reports, and the JSON that it draws.

The canvas stores a stroke as a path of quadratic curves, whose control points are the positions of
the pen: fabric.js lets the curves begin and end halfway between them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from mnist_core.json_numbers import is_number


def read_strokes(json_data: Mapping[str, Any] | None) -> list[np.ndarray]:
    """Return the pen's positions in each stroke of a drawing.

    Args:
        json_data: The canvas's report, a fabric.js canvas with its `objects`; None for a canvas
            that was never touched.

    Returns:
        For each stroke, in drawing order, (n, 2) float32: x and y in pixels of the canvas, from
        its upper left corner. A dot has two points in almost the same place. Invisible objects,
        and what is not a path of finite numbers, are left out.

    Examples:
        >>> path = [["M", 9.98, 10], ["Q", 10, 10, 15, 20], ["L", 20, 30]]
        >>> read_strokes({"objects": [{"type": "Path", "path": path}]})
        [array([[10., 10.],
               [20., 30.]], dtype=float32)]
    """
    objects = json_data.get("objects") if isinstance(json_data, Mapping) else None
    if not isinstance(objects, list):
        return []
    strokes = [_read_path(each) for each in objects if isinstance(each, Mapping)]
    return [np.array(stroke, np.float32) for stroke in strokes if stroke]


def write_strokes(strokes: Sequence[np.ndarray], width: float) -> list[dict[str, Any]]:
    """Return strokes as the objects of a canvas's JSON, to be drawn on it in white.

    Args:
        strokes: For each stroke, (n, 2): x and y in pixels of the canvas; n at least 1.
        width: The width of the pen in pixels.

    Examples:
        >>> seven = [[10, 10], [30, 10], [20, 40]]
        >>> read_strokes({"objects": write_strokes([np.array(seven)], width=8)})[0].tolist()
        [[10.0, 10.0], [30.0, 10.0], [20.0, 40.0]]
    """
    return [
        {
            "type": "Path",
            "path": [
                ["L" if index else "M", float(x), float(y)] for index, (x, y) in enumerate(stroke)
            ],
            "stroke": "#ffffff",
            "strokeWidth": width,
            "strokeLineCap": "round",
            "strokeLineJoin": "round",
            "fill": None,
        }
        for stroke in strokes
    ]


def _read_path(path_object: Mapping[str, Any]) -> list[tuple[float, float]]:
    commands = path_object.get("path")
    if not path_object.get("visible", True) or not isinstance(commands, list):
        return []
    points = [point for command in commands if (point := _read_point(command))]
    # A path begins a fraction of a pixel beside its first control point.
    is_curved = any(isinstance(command, list) and command[:1] == ["Q"] for command in commands)
    return points[1:] if is_curved else points


def _read_point(command: Any) -> tuple[float, float] | None:
    """Return the pen's position: the control point of a curve, else the end of the command."""
    if not isinstance(command, list) or len(command) < 3 or command[0] not in ("M", "L", "Q"):
        return None
    x, y = command[1:3]
    return (x, y) if is_number(x) and is_number(y) else None
