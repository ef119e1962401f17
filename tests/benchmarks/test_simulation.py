"""Tests of benchmarks.simulation: simulated drawings."""

import numpy as np
import pytest

from benchmarks.pen_paths import LETTERS, STYLES
from benchmarks.simulation import draw_digit, draw_letter, put_on_canvas, write
from mnist_core.preprocessing.drawing import prepare_drawing


@pytest.mark.parametrize("style", STYLES)
def test_every_style_draws_its_digit_differently_each_time(style: str) -> None:
    """Each drawing has the canvas's shape and visible ink."""
    rng = np.random.default_rng(0)
    drawings = [draw_digit(style, rng) for _ in range(5)]
    for drawing in drawings:
        assert drawing.digit == int(style[0])
        assert drawing.pixels.shape == (280, 280, 3)
        image = prepare_drawing(drawing.pixels)
        assert image is not None
        assert image.max() > 0.9
    assert (drawings[0].pixels != drawings[1].pixels).any()


def test_drawings_are_light_on_dark_and_dark_on_light() -> None:
    """The corners show the paper, which is dark in some drawings and light in others."""
    rng = np.random.default_rng(0)
    papers = [
        int(draw_digit("1 plain", rng).pixels[[0, -1, 0, -1], [0, -1, -1, 0]].mean())
        for _ in range(20)
    ]
    assert min(papers) < 70
    assert max(papers) > 160


def test_the_same_seed_draws_the_same_drawing() -> None:
    """Two models can be compared on the same drawings."""
    first, second = (draw_letter(np.random.default_rng(7)).pixels for _ in range(2))
    assert (first == second).all()


def test_strokes_keep_their_shape_on_any_canvas() -> None:
    """Size, position and color vary; the prepared images correlate."""
    rng = np.random.default_rng(1)
    strokes = write(LETTERS["E"], rng)
    images = [prepare_drawing(put_on_canvas(strokes, rng)) for _ in range(20)]
    correlations = np.corrcoef([image.ravel() for image in images if image is not None])
    assert len(correlations) == 20
    assert np.median(correlations) > 0.8
