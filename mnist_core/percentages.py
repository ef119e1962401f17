"""Fractions and probabilities as percentages, for the pages and the command line."""

from __future__ import annotations

from decimal import Decimal

from mnist_core.messages import Message, message

ALMOST = 1e-9


def format_percent(fraction: float, decimals: int = 1) -> Message:
    """Return a fraction, 0..1, as a percentage.

    Only what is exactly 0 or 1 is given as "0.0 %" or "100.0 %"; what would round to these is given
    as "< 0.1 %" or "> 99.9 %". Use `format_probability` for a model's probabilities.

    Examples:
        >>> [format_percent(fraction) for fraction in (0.9843, 0.0001, 0.0)]
        ['98.4 %', '< 0.1 %', '0.0 %']
    """
    unit = 10.0**-decimals
    percent = 100 * fraction
    if 0 < percent < unit / 2:
        return message("< {number} %", number=_round(unit, decimals))
    if 100 - unit / 2 <= percent < 100:
        return message("> {number} %", number=_round(100 - unit, decimals))
    return message("{number} %", number=_round(percent, decimals))


def format_probability(probability: float) -> Message:
    """Return a predicted probability, 0..1, as a percentage with one decimal.

    A softmax never outputs exactly 0 or 1, though its floating-point numbers may be, so that these
    too are given as "< 0.1 %" and "> 99.9 %".

    Examples:
        >>> [format_probability(probability) for probability in (0.9843, 1.0, 0.0)]
        ['98.4 %', '> 99.9 %', '< 0.1 %']
    """
    return format_percent(min(max(float(probability), ALMOST), 1 - ALMOST))


def _round(percent: float, decimals: int) -> Decimal:
    return Decimal(f"{percent:.{decimals}f}")
