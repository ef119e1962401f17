"""Tests of mnist_core.synthesis.handwriting and digit_templates."""

import numpy as np
import pytest

from mnist_core.synthesis import handwriting
from mnist_core.synthesis.digit_templates import TEMPLATES, flag_offset
from mnist_core.synthesis.handwriting import render_template, template_digit


def test_drawings_are_prepared_and_all_different() -> None:
    """Each fills 20 pixels, and no two variants of a digit are equal."""
    drawn = np.stack(
        [[template_digit(digit, variant) for variant in range(60)] for digit in range(10)]
    )
    assert drawn.dtype == np.uint8
    rows, columns = ((drawn.max(axis=axis) > 25).sum(axis=2) for axis in (3, 2))
    assert (np.abs(np.maximum(rows, columns) - 20) <= 1).mean() > 0.99
    assert len(np.unique(drawn.reshape(-1, 784), axis=0)) == 600


def test_a_variant_is_always_the_same_drawing() -> None:
    """Also when it is not in the cache; callers cannot change what is cached."""
    first = template_digit(7, 4)
    template_digit.cache_clear()
    np.testing.assert_array_equal(template_digit(7, 4), first)
    assert not first.flags.writeable


def test_drawing_ahead_goes_on_where_it_was_aborted(monkeypatch: pytest.MonkeyPatch) -> None:
    """And does nothing once all are drawn."""
    monkeypatch.setattr(handwriting, "VARIANTS", 10)
    calls = []

    def abort_first() -> None:
        calls.append(handwriting.template_digit.cache_info().currsize)
        if len(calls) == 1:
            raise InterruptedError

    handwriting.template_digit.cache_clear()
    with pytest.raises(InterruptedError):
        handwriting.render_ahead(abort_first)
    assert calls[0] < 100
    handwriting.render_ahead(abort_first)
    info = handwriting.template_digit.cache_info()
    assert (info.currsize, info.misses) == (100, 100)
    handwriting.render_ahead(abort_first)
    assert handwriting.template_digit.cache_info().hits == info.hits
    handwriting.template_digit.cache_clear()


@pytest.mark.parametrize("digit", range(10))
def test_templates_return_strokes_of_about_unit_size(digit: int) -> None:
    """Each stroke is an array of points (k, 2); together they are about 1 high."""
    rng = np.random.default_rng(0)
    for strokes in (TEMPLATES[digit](rng) for _ in range(50)):
        assert all(stroke.ndim == 2 for stroke in strokes)
        width, height = np.ptp(np.concatenate(strokes), axis=0)
        assert width < 1.5
        assert 0.8 < height < 1.6
    assert render_template(digit, rng).shape == (28, 28)


def test_long_flags_are_steep() -> None:
    """A long flat flag would turn a 1 into a 7; a short one may be flat."""
    rng = np.random.default_rng(0)
    long = np.array([flag_offset(0.5, 0.3, rng) for _ in range(200)])
    short = np.array([flag_offset(0.2, 0.3, rng) for _ in range(200)])
    assert (long[:, 0] < 0).all()
    assert (long[:, 1] / -long[:, 0]).min() > 0.5
    assert (short[:, 1] / -short[:, 0]).min() < 0.2
