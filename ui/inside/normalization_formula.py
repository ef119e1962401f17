"""Batch normalization of one value, written so that it can be recomputed by hand."""

from dataclasses import replace

import numpy as np

from mnist_core.interpretability.layer_arithmetic import Normalization

DECIMALS = 3
"""To how many decimals the result of the written numbers is exact."""


def round_normalization(norm: Normalization, value: float) -> tuple[Normalization, float]:
    """Round the numbers of a batch normalization without changing its result as it is shown.

    Args:
        norm: The normalization of one feature map.
        value: Its input.

    Returns:
        The normalization and the input, with as few significant digits, at least 3, as give the
        same result to `DECIMALS` decimals.
    """
    expected = f"{norm.apply(value):.{DECIMALS}f}"
    for digits in range(3, 17):
        rounded = replace(
            norm,
            gamma=_round(norm.gamma, digits),
            beta=_round(norm.beta, digits),
            mean=_round(norm.mean, digits),
            variance=_round(norm.variance, digits),
        )
        rounded_value = _round(value, digits)
        if f"{rounded.apply(rounded_value):.{DECIMALS}f}" == expected:
            return rounded, rounded_value
    return norm, value


def format_normalization(norm: Normalization, value: float) -> str:
    """Return gamma · (x − mean) / √(variance + epsilon) + beta with its numbers."""
    gamma, x = format_exactly(norm.gamma), format_exactly(value)
    variance, epsilon = format_exactly(norm.variance), format_exactly(norm.epsilon)
    mean, beta = _format_term(-norm.mean), _format_term(norm.beta)
    return f"{gamma} · ({x}{mean}) / √({variance} + {epsilon}){beta}"


def format_exactly(value: float) -> str:
    """Return a number with all its digits and a true minus sign."""
    return np.format_float_positional(value, trim="-").replace("-", "−")


def _format_term(value: float) -> str:
    """Return a number with the sign of its addition, such as " + 0.1" or " − 0.29"."""
    sign = "−" if value < 0 else "+"
    return f" {sign} {format_exactly(abs(value))}"


def _round(value: float, digits: int) -> float:
    return float(f"{value:.{digits}g}")
