"""Strokes are read from the canvas's JSON, as fabric.js 7.4 writes it."""

import numpy as np
import pytest

from mnist_core.preprocessing.canvas_strokes import read_strokes

SEVEN = [["M", 99.978, 80], ["Q", 100, 80, 113, 80], ["Q", 126, 80, 178, 80],
         ["Q", 230, 80, 190, 180], ["L", 149.978, 280.022]]  # fmt: skip
DOT = [["M", 49.978, 50], ["L", 50.022, 50]]


def report(*paths: object, **settings: object) -> dict:
    """Return the report of a canvas with these paths."""
    return {"objects": [{"type": "Path", "path": path, **settings} for path in paths]}


def test_strokes_are_the_positions_of_the_pen() -> None:
    """They come in the order in which they were drawn; a dot has two points."""
    seven, dot = read_strokes(report(SEVEN, DOT))
    assert seven.dtype == np.float32
    np.testing.assert_allclose(seven, [[100, 80], [126, 80], [230, 80], [150, 280]], atol=0.05)
    np.testing.assert_allclose(dot, [[50, 50], [50, 50]], atol=0.05)


@pytest.mark.parametrize("json_data", [None, {}, {"objects": None}, {"objects": []}])
def test_a_blank_canvas_has_no_strokes(json_data: dict | None) -> None:
    """Neither has one that was never touched."""
    assert read_strokes(json_data) == []


def test_invisible_objects_are_left_out() -> None:
    """Their strokes were undone."""
    assert read_strokes(report(SEVEN, visible=False)) == []


@pytest.mark.parametrize(
    "path",
    [
        None,
        "M 1 2",
        [],
        [None],
        [["M", "x", 2]],
        [["M", 1]],
        [["L", float("nan"), 2]],
        [["M", 10**400, 2]],
        [["M", True, 2]],
        [[]],
        [(1, 2)],
    ],
)
def test_other_objects_are_left_out(path: object) -> None:
    """The report comes from the browser, which may send anything."""
    assert len(read_strokes(report(path, DOT))) == 1


def test_a_report_that_is_not_a_canvas_is_blank() -> None:
    """So are objects that are not paths."""
    assert read_strokes({"objects": [None, 3, {"type": "Rect"}]}) == []


def test_what_is_no_command_is_left_out_of_a_path() -> None:
    """The rest of the stroke is read."""
    (stroke,) = read_strokes(report([["M", 1, 1], 5, None, "L", ["L", 2, 3]]))
    assert stroke.tolist() == [[1, 1], [2, 3]]
