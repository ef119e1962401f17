"""Tests of mnist_core.inference.stroke_groups: groups of strokes, and divisions into them."""

from itertools import pairwise

import numpy as np

from mnist_core.inference.ink_pieces import Piece
from mnist_core.inference.stroke_groups import MAX_STROKES, find_divisions, group_strokes


def test_a_group_is_neither_wide_nor_has_a_gap() -> None:
    """A stroke alone may be wide; a group holds the ink of its strokes."""
    bar, plate = np.ones((40, 4), np.float32), np.ones((40, 90), np.float32)
    lefts = (0, 20, 40, 60, 81)
    strokes = [Piece(bar, 5 * (number % 2), left) for number, left in enumerate(lefts)]
    groups = group_strokes([*strokes, Piece(plate, 0, 300)])
    assert [end for first, end in groups.ranges if first == 0] == [1, 2, 3]  # then too wide
    assert [end for first, end in groups.ranges if first == 3] == [4]  # then a gap
    assert (5, 6) in groups.ranges
    pair = groups.pieces[groups.ranges.index((0, 2))]
    assert (pair.left, pair.right, pair.top, pair.bottom) == (0, 24, 0, 45)
    assert float(pair.ink.sum()) == 2 * 160


def test_divisions_are_the_best_of_all() -> None:
    """Compared with all divisions of six strokes, for random scores."""
    strokes = [Piece(np.ones((30, 3), np.float32), 0, 4 * place) for place in range(6)]
    groups = group_strokes(strokes)
    scores = np.random.default_rng(2).normal(size=len(groups.ranges))

    def extend(end: int) -> list[list[int]]:
        if end == 0:
            return [[]]
        return [
            [*way, number]
            for number, (first, last) in enumerate(groups.ranges)
            if last == end
            for way in extend(first)
        ]

    ways = extend(6)
    ways.sort(key=lambda way: -scores[way].sum())
    found = find_divisions(groups, scores, count=5)
    assert found == ways[:5]
    for way in found:
        ends = [groups.ranges[number] for number in way]
        assert all(left[1] == right[0] for left, right in pairwise(ends))
        assert all(end - first <= MAX_STROKES for first, end in ends)
