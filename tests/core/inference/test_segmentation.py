"""Cutting a line of ink into pieces, and proposing what may be a digit."""

import cv2
import numpy as np
import pytest

from mnist_core.inference.segmentation import MOST_PIECES, VIEW, Proposals, Region, propose_regions
from mnist_core.preprocessing.drawing import extract_ink


def write(*paths: list[tuple[int, int]], height: int = 200, width: int = 600) -> np.ndarray:
    """Draw strokes on a wide canvas: ink (h, w) float32."""
    canvas = np.zeros((height, width), np.uint8)
    for path in paths:
        cv2.polylines(canvas, [np.array(path)], False, 255, 14, cv2.LINE_AA)
    return extract_ink(canvas)


def find_box(proposals: Proposals, left: int, right: int) -> Region:
    """Return the region between two columns, give or take eight pixels."""
    return next(
        region
        for region in proposals.regions
        if abs(region.box.left - left) <= 8 and abs(region.box.right - right) <= 8
    )


APART = write([(60, 40), (60, 160)], [(200, 40), (200, 160)], [(340, 40), (340, 160)])


def test_strokes_apart_are_pieces_of_their_own() -> None:
    """Each alone, and those near enough together, may be a digit."""
    proposals = propose_regions(APART)
    assert proposals.pieces == 3
    assert {(region.first, region.end) for region in proposals.regions} >= {(0, 1), (1, 2), (2, 3)}
    for stroke in (60, 200, 340):
        box = find_box(proposals, stroke - 7, stroke + 8).box
        assert abs(box.top - 33) <= 4
        assert abs(box.bottom - 168) <= 4


def test_every_line_can_be_covered_by_single_pieces() -> None:
    """So there is always an answer."""
    proposals = propose_regions(write([(40, 40), (300, 160), (560, 40)], [(100, 100), (500, 90)]))
    singles = {region.first for region in proposals.regions if region.end == region.first + 1}
    assert singles == set(range(proposals.pieces))
    assert all(region.end - region.first <= MOST_PIECES for region in proposals.regions)


def test_strokes_that_touch_can_be_parted() -> None:
    """Two that lean against each other: each alone is proposed, and both together."""
    proposals = propose_regions(write([(60, 40), (100, 160)], [(150, 40), (112, 160)]))
    assert proposals.pieces >= 2
    find_box(proposals, 53, 107)
    find_box(proposals, 105, 157)
    find_box(proposals, 53, 157)


def test_pieces_of_one_digit_are_proposed_together() -> None:
    """A 5's bar apart from its belly, a second stroke of a 4."""
    proposals = propose_regions(write([(60, 60), (60, 160)], [(80, 40), (140, 40)]))
    find_box(proposals, 53, 148)


def test_specks_are_no_pieces() -> None:
    """A dot of the pen's tip is not read."""
    ink = APART.copy()
    ink[100:104, 480:484] = 1
    assert propose_regions(ink).pieces == 3


def test_a_view_shows_the_region_in_the_middle_and_the_rest_beside() -> None:
    """The line is 20 pixels high in it, whatever its size on the canvas."""
    for scale in (1, 2, 3):
        ink = cv2.resize(APART, None, fx=scale, fy=scale, interpolation=cv2.INTER_LINEAR)
        proposals = propose_regions(ink)
        assert proposals.views.shape == (len(proposals.regions), *VIEW, 2)
        assert proposals.views.dtype == np.uint8
        middle = [(r.first, r.end) for r in proposals.regions].index((1, 2))
        own, others = proposals.views[middle].astype(float).transpose(2, 0, 1)
        columns = np.flatnonzero(own.max(axis=0) > 60)
        rows = np.flatnonzero(own.max(axis=1) > 60)
        assert abs(columns.mean() - VIEW[1] / 2) <= 1
        assert rows.size == pytest.approx(20, abs=2)
        assert np.flatnonzero(others.max(axis=0) > 60).mean() == pytest.approx(24, abs=2)
        assert others[:, columns].max() == 0


def test_a_blank_canvas_has_no_regions() -> None:
    """Nor views of any."""
    proposals = propose_regions(np.zeros((100, 300), np.float32))
    assert (proposals.regions, proposals.pieces, len(proposals.views)) == ([], 0, 0)


def test_a_hair_on_a_large_canvas_is_a_region_within_it() -> None:
    """Shrinking makes it fainter than ink; it is proposed all the same."""
    ink = np.zeros((1399, 900), np.float32)
    ink[3:, 500] = 1
    (region,) = propose_regions(ink).regions
    assert (region.box.top, region.box.bottom) == (0, 1399)
    assert region.box.left <= 500 < region.box.right <= 900
