"""Tests of mnist_core.inference.segmentation: regions of a line that may be digits."""

import cv2
import numpy as np
import pytest

from mnist_core.inference.segmentation import MAX_PIECES, VIEW, Proposals, Region, propose_regions
from mnist_core.preprocessing.drawing import extract_ink


def write(*paths: list[tuple[int, int]], height: int = 200, width: int = 600) -> np.ndarray:
    """Draw strokes on a wide canvas, and return the ink, (h, w) float32."""
    canvas = np.zeros((height, width), np.uint8)
    for path in paths:
        cv2.polylines(canvas, [np.array(path)], False, 255, 14, cv2.LINE_AA)
    return extract_ink(canvas)


def find_box(proposals: Proposals, left: int, right: int) -> Region:
    """Return the region between two columns, within eight pixels."""
    return next(
        region
        for region in proposals.regions
        if abs(region.box.left - left) <= 8 and abs(region.box.right - right) <= 8
    )


SEPARATE = write([(60, 40), (60, 160)], [(200, 40), (200, 160)], [(340, 40), (340, 160)])


def test_separate_strokes_are_separate_pieces() -> None:
    """Each is a region, with its bounding box on the canvas."""
    proposals = propose_regions(SEPARATE)
    assert proposals.pieces == 3
    assert {(region.first, region.end) for region in proposals.regions} >= {(0, 1), (1, 2), (2, 3)}
    for stroke in (60, 200, 340):
        box = find_box(proposals, stroke - 7, stroke + 8).box
        assert abs(box.top - 33) <= 4
        assert abs(box.bottom - 168) <= 4


def test_each_piece_is_a_region() -> None:
    """So some sequence of regions covers every line."""
    proposals = propose_regions(write([(40, 40), (300, 160), (560, 40)], [(100, 100), (500, 90)]))
    singles = {region.first for region in proposals.regions if region.end == region.first + 1}
    assert singles == set(range(proposals.pieces))
    assert all(region.end - region.first <= MAX_PIECES for region in proposals.regions)


def test_touching_strokes_are_cut() -> None:
    """Each of two strokes that lean against each other is a region, and so are both together."""
    proposals = propose_regions(write([(60, 40), (100, 160)], [(150, 40), (112, 160)]))
    assert proposals.pieces >= 2
    find_box(proposals, 53, 107)
    find_box(proposals, 105, 157)
    find_box(proposals, 53, 157)


def test_neighboring_pieces_are_proposed_together() -> None:
    """A digit may consist of two strokes that do not touch."""
    proposals = propose_regions(write([(60, 60), (60, 160)], [(80, 40), (140, 40)]))
    find_box(proposals, 53, 148)


def test_specks_are_not_pieces() -> None:
    """A dot of 4 × 4 pixels beside three strokes."""
    ink = SEPARATE.copy()
    ink[100:104, 480:484] = 1
    assert propose_regions(ink).pieces == 3


def test_a_view_is_centered_on_its_region() -> None:
    """The line has 20 rows in the view, at every size of the canvas."""
    for scale in (1, 2, 3):
        ink = cv2.resize(SEPARATE, None, fx=scale, fy=scale, interpolation=cv2.INTER_LINEAR)
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
    """Nor pieces or views."""
    proposals = propose_regions(np.zeros((100, 300), np.float32))
    assert (proposals.regions, proposals.pieces, len(proposals.views)) == ([], 0, 0)


def test_a_thin_line_on_a_large_canvas_is_a_region() -> None:
    """At working size it is fainter than ink; the box lies within the canvas."""
    ink = np.zeros((1399, 900), np.float32)
    ink[3:, 500] = 1
    (region,) = propose_regions(ink).regions
    assert (region.box.top, region.box.bottom) == (0, 1399)
    assert region.box.left <= 500 < region.box.right <= 900
