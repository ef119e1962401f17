"""Tests of mnist_core.preprocessing.text_lines: lines of writing by how their ink lies."""

import cv2
import numpy as np
import pytest

from mnist_core.preprocessing.digit_selection import find_components
from mnist_core.preprocessing.text_lines import (
    HEIGHT,
    MAX_COMPONENTS,
    MAX_PIXELS,
    find_lines,
    straighten,
)
from mnist_core.preprocessing.writing import find_writing


def draw_page(slope: float) -> np.ndarray:
    """Return a page with two lines of four and three rings, and a dot near the border."""
    page = np.full((600, 800, 3), 255, np.uint8)
    for row, count in enumerate((4, 3)):
        for column in range(count):
            x = 120 + 120 * column
            center = (x, round(200 + 200 * row + slope * x))
            cv2.ellipse(page, center, (25, 40), 0, 0, 360, (0, 0, 0), 8, cv2.LINE_AA)
    cv2.circle(page, (760, 40), 3, (0, 0, 0), -1)
    return page


@pytest.mark.parametrize("slope", [-0.15, 0, 0.15])
def test_lines_are_found_by_their_ink(slope: float) -> None:
    """The one with the most first, each from left to right, also where lines rise or fall."""
    writing = find_writing(draw_page(slope))
    components = find_components(writing.ink, writing.level, writing.background)
    lines = find_lines(components)
    assert [len(line) for line in lines] == [4, 3]
    for line in lines:
        lefts = components.low[line, 0]
        assert (np.diff(lefts) > 0).all()


def test_a_straightened_line_is_level_and_leads_back() -> None:
    """Its rings are as high as HEIGHT, at one height; the map returns to where they are."""
    writing = find_writing(draw_page(0.15))
    components = find_components(writing.ink, writing.level, writing.background)
    group = find_lines(components)[0]
    line = straighten(writing, components, group)
    _, _, statistics, _ = cv2.connectedComponentsWithStats((line.pixels > 127).astype(np.uint8))
    rings = statistics[1:]
    assert len(rings) == 4
    assert np.ptp(rings[:, cv2.CC_STAT_TOP]) < 0.1 * HEIGHT
    assert rings[:, cv2.CC_STAT_HEIGHT] == pytest.approx(HEIGHT, rel=0.1)
    left, top = rings[:, :2].min(axis=0)
    x, y = line.to_writing @ [left, top, 1]
    first = components.low[group].min(axis=0)
    assert x == pytest.approx(first[0], abs=3)
    assert y == pytest.approx(components.low[group[0], 1], abs=20)


def test_a_blank_page_has_no_lines() -> None:
    """Nor has one with specks only."""
    page = np.full((300, 400, 3), 250, np.uint8)
    writing = find_writing(page)
    assert not find_lines(find_components(writing.ink, writing.level, writing.background))


def draw_ticks(rows: int, columns: int) -> np.ndarray:
    """Return a page of short upright strokes."""
    page = np.full((1280, 1280, 3), 255, np.uint8)
    for x in np.linspace(30, 1240, columns).astype(int).tolist():
        for y in np.linspace(30, 1230, rows).astype(int).tolist():
            cv2.line(page, (x, y), (x + 4, y + 18), (0, 0, 0), 2)
    return page


@pytest.mark.parametrize(("side", "count"), [(20, 400), (42, 0)])
def test_more_components_than_a_page_has_are_no_lines(side: int, count: int) -> None:
    """Rather than a part of them, as if it were everything."""
    writing = find_writing(draw_ticks(side, side), 1280)
    components = find_components(writing.ink, writing.level, writing.background)
    assert sum(len(line) for line in find_lines(components)) == count
    assert (len(components.is_ink) - 1 > MAX_COMPONENTS) == (count == 0)


@pytest.mark.parametrize("slope", [0, 0.3])
def test_a_long_line_is_straightened_to_its_end(slope: float) -> None:
    """And has a bounded number of pixels, also where it rises."""
    page = np.full((1280, 1280, 3), 255, np.uint8)
    for x in range(20, 1250, 20):
        y = round(100 + slope * x)
        cv2.line(page, (x, y), (x, y + 20), (0, 0, 0), 3)
    writing = find_writing(page, 1280)
    components = find_components(writing.ink, writing.level, writing.background)
    (group,) = find_lines(components)
    pixels = straighten(writing, components, group).pixels
    assert cv2.connectedComponents((pixels > 127).astype(np.uint8))[0] - 1 == len(group) == 62
    assert pixels.size <= MAX_PIXELS
    assert (pixels.max(axis=1) > 0).mean() > 0.4
