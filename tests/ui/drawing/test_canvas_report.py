"""Tests of ui.drawing.canvas_report: a canvas reports its strokes and a PNG of its size."""

import base64
import io
from typing import Any

import numpy as np
import pytest
from PIL import EpsImagePlugin, Image

from ui.drawing.canvas_report import (
    HEIGHT,
    MAX_POINTS,
    MAX_STROKES,
    are_strokes,
    can_show,
    decode_png,
    has_too_many_strokes,
    read_report,
)

WIDTH = 40
STROKE = {"type": "Path", "path": [["M", 1, 1], ["L", 2, 3]]}


def as_data_url(picture: Image.Image, kind: str = "PNG") -> str:
    """Return a picture as the browser sends it."""
    content = io.BytesIO()
    picture.save(content, kind)
    return "data:image/png;base64," + base64.b64encode(content.getvalue()).decode()


PICTURE = as_data_url(Image.new("RGBA", (WIDTH, HEIGHT)))


def make_report(objects: Any = (), data: object = PICTURE) -> dict[str, Any]:
    """Return what the component holds after a stroke."""
    return {"drawing": {"raw": {"objects": list(objects), "version": "7"}, "data": data}}


def test_a_drawing_keeps_its_pixels() -> None:
    """Color and transparency arrive as they were sent."""
    pixels = np.random.default_rng(0).integers(0, 256, (HEIGHT, WIDTH, 4), np.uint8)
    sent = as_data_url(Image.fromarray(pixels, "RGBA"))
    np.testing.assert_array_equal(decode_png(sent, WIDTH), pixels)
    gray = decode_png(as_data_url(Image.new("L", (WIDTH, HEIGHT), 7)), WIDTH)
    assert gray is not None and gray.shape == (HEIGHT, WIDTH, 4)


@pytest.mark.parametrize(
    "value",
    [
        None,
        7,
        "",
        "abc",
        "data:image/png;base64,",
        "data:image/png;base64,%%%",
        "data:image/png;base64,é",
        as_data_url(Image.new("RGB", (WIDTH, HEIGHT)), "BMP"),
        as_data_url(Image.new("1", (3_000, 3_000))),
        as_data_url(Image.new("RGBA", (WIDTH + 1, HEIGHT))),
        as_data_url(Image.new("RGB", (WIDTH, HEIGHT)))[:-200],
    ],
)
def test_anything_else_is_no_drawing(value: object) -> None:
    """Other types, other formats, other sizes and cut off files give None."""
    assert decode_png(value, WIDTH) is None
    assert read_report(make_report([STROKE], value), WIDTH) is None


def test_postscript_is_not_run(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pillow would start Ghostscript for a picture that a PostScript program draws."""
    started: list[object] = []
    monkeypatch.setattr(EpsImagePlugin, "Ghostscript", lambda *tile: started.append(tile))
    program = b"%%!PS-Adobe-3.0 EPSF-3.0\n%%%%BoundingBox: 0 0 %d %d\n%%%%EndComments\nshowpage\n"
    content = base64.b64encode(program % (WIDTH, HEIGHT)).decode()
    assert decode_png("data:image/png;base64," + content, WIDTH) is None
    assert not started


def test_a_report_has_strokes_and_pixels() -> None:
    """A blank canvas has none, and what else the component reports is left out."""
    for objects in ([], [STROKE]):
        report = read_report(make_report(objects), WIDTH)
        assert report is not None
        assert report.drawing == {"objects": objects}
        assert report.pixels.shape == (HEIGHT, WIDTH, 4)


def test_strokes_are_limited() -> None:
    """In number and in points, which are added up."""
    half = {"path": [["L", 2, 3]] * (MAX_POINTS // 2)}
    assert are_strokes([STROKE] * MAX_STROKES)
    assert are_strokes([half, half])
    assert not are_strokes([STROKE] * (MAX_STROKES + 1))
    assert not are_strokes([half, half, STROKE])


def test_a_drawing_with_too_many_strokes_is_told_apart() -> None:
    """From one that can be read, and from what no canvas sends."""
    long = {"path": [["L", 2, 3]] * (MAX_POINTS + 1)}
    for objects in ([STROKE] * (MAX_STROKES + 1), [long]):
        assert has_too_many_strokes(make_report(objects))
    for value in (None, 5, {}, {"drawing": None}, {"drawing": {"raw": 5}}):
        assert not has_too_many_strokes(value)
    for readable_or_forged in ([], [STROKE], [5] * (MAX_STROKES + 1)):
        assert not has_too_many_strokes(make_report(readable_or_forged))


@pytest.mark.parametrize(
    "objects", [None, 5, "abc", {}, [5], [None], [[]], [{}], [{"path": 5}], [STROKE, "x"]]
)
def test_other_objects_are_no_strokes(objects: object) -> None:
    """The canvas draws paths only."""
    assert not are_strokes(objects)


@pytest.mark.parametrize(
    "value",
    [None, 5, [], {}, {"drawing": None}, {"drawing": {}}, {"drawing": {"raw": [], "data": PICTURE}},
     {"drawing": {"raw": None, "data": PICTURE}}, {"drawing": {"raw": {}, "data": PICTURE}},
     {"drawing": {"raw": {"objects": 5}, "data": PICTURE}}],
)  # fmt: skip
def test_other_values_are_no_report(value: object) -> None:
    """Such as the component's value before the first stroke."""
    assert read_report(value, WIDTH) is None


def test_the_component_fails_on_these() -> None:
    """They are removed before it is shown."""
    assert all(map(can_show, ({}, {"drawing": None, "backgroundFit": None}, make_report())))
    assert not any(
        map(can_show, (None, {"drawing": "x"}, {"drawing": [1]}, {"backgroundFit": {"scaleX": 1}}))
    )
