"""Tests of numbers, durations and names as text."""

import math

import pytest

from ui.formatting import (
    escape_markdown,
    format_duration,
    format_loss,
    format_parameters,
    format_percent,
    format_points,
    format_power,
    format_probability,
    format_rough_duration,
)


def unbroken(text: str) -> str:
    """Return a text with no-break spaces."""
    return text.replace(" ", "\u00a0")


@pytest.mark.parametrize(
    ("probability", "text"),
    [
        (0.0, "< 0.1 %"),
        (0.000499, "< 0.1 %"),
        (0.0005, "0.1 %"),
        (0.125, "12.5 %"),
        (0.99949, "99.9 %"),
        (0.9995, "> 99.9 %"),
        (1.0, "> 99.9 %"),
    ],
)
def test_a_probability_is_never_0_or_100_percent(probability: float, text: str) -> None:
    """Values that round to 0 or 100 % have a sign instead."""
    assert format_probability(probability) == unbroken(text)


def test_a_fraction_has_as_many_decimals_as_requested() -> None:
    """Accuracies that are close to each other need two."""
    assert format_percent(0.99123) == unbroken("99.1 %")
    assert format_percent(0.99123, 2) == unbroken("99.12 %")
    assert format_percent(1.0) == unbroken("100.0 %")
    assert format_percent(0.0) == unbroken("0.0 %")


@pytest.mark.parametrize(
    ("fraction", "decimals", "text"),
    [
        (0.0001, 1, "< 0.1 %"),
        (0.9999, 1, "> 99.9 %"),
        (0.0001, 2, "0.01 %"),
        (0.00001, 2, "< 0.01 %"),
        (0.999999, 2, "> 99.99 %"),
        (0.004, 0, "< 1 %"),
    ],
)
def test_what_is_not_0_or_1_does_not_look_like_it(
    fraction: float, decimals: int, text: str
) -> None:
    """Whatever the number of decimals."""
    assert format_percent(fraction, decimals) == unbroken(text)


def test_points_have_a_minus_sign_but_not_before_zero() -> None:
    """The sign is the typographic one."""
    assert format_points(-0.0025) == unbroken("−0.25 points")
    assert format_points(-0.000001) == unbroken("0.00 points")


def test_a_loss_that_is_not_finite_is_a_dash() -> None:
    """A diverged training has no loss to show."""
    assert format_loss(0.02345) == "0.0234"
    assert format_loss(math.nan) == format_loss(math.inf) == "–"


@pytest.mark.parametrize(
    ("seconds", "text", "rough"),
    [
        (-1, "0 s", "5 s"),
        (12.4, "12 s", "10 s"),
        (58, "58 s", "1 min"),
        (125, "2 min 05 s", "2 min"),
        (3599, "59 min 59 s", "1 h 00 min"),
        (3900, "1 h 05 min", "1 h 05 min"),
    ],
)
def test_a_duration_has_two_units_and_a_rough_one_fewer(
    seconds: float, text: str, rough: str
) -> None:
    """Estimates are rounded more coarsely than measured times."""
    assert format_duration(seconds) == unbroken(text)
    assert format_rough_duration(seconds) == unbroken(rough)


def test_counts_and_names() -> None:
    """One is singular, thousands have commas, and names are not Markdown."""
    assert format_parameters(0) == "no parameters"
    assert format_parameters(1) == "1 parameter"
    assert format_parameters(1200) == "1,200 parameters"
    assert escape_markdown("*a*") == r"\*a\*"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (1.0, "1"),
        (0.61414, "0.6141"),
        (0.0001, "1.000·10⁻⁴"),
        (2.5e-9, "2.500·10⁻⁹"),
        (9.99996e-6, "1.000·10⁻⁵"),
        (123456789.0, "1.235·10⁸"),
    ],
)
def test_a_power_has_significant_digits(value: float, text: str) -> None:
    """A mantissa that rounds to 10 carries over."""
    assert format_power(math.log(value), 4) == text


@pytest.mark.parametrize("exponent", [math.nan, math.inf, -math.inf])
def test_a_power_that_is_no_number_is_a_dash(exponent: float) -> None:
    """A network may overflow on a single image."""
    assert format_power(exponent, 4) == "–"
