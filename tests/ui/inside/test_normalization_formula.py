"""Batch normalization that can be recomputed from the numbers that are shown."""

import math

import numpy as np
import pytest

from mnist_core.interpretability.layer_arithmetic import Normalization
from ui.inside.normalization_formula import format_normalization, round_normalization


def compute(formula: str) -> float:
    """Evaluate a written formula."""
    for sign, operator in {"·": "*", "−": "-", "√": "math.sqrt"}.items():
        formula = formula.replace(sign, operator)
    return eval(formula, {"math": math})


@pytest.mark.parametrize("seed", range(50))
def test_the_written_numbers_give_the_result(seed: int) -> None:
    """To the three decimals that are shown, also with a small variance and a large gain."""
    generator = np.random.default_rng(seed)
    gamma, beta, mean, value = (float(x) for x in generator.normal(scale=5, size=4))
    variance = float(10 ** generator.uniform(-4, 1))
    norm = Normalization(gamma, beta, mean, variance, epsilon=0.001)
    written = format_normalization(*round_normalization(norm, value))
    assert f"{compute(written):.3f}" == f"{norm.apply(value):.3f}", written


def test_only_as_many_digits_as_needed_are_written() -> None:
    """Numbers with few digits stay as they are, with the signs of their additions."""
    norm = Normalization(gamma=2.0, beta=-0.5, mean=-0.25, variance=0.25, epsilon=0.001)
    assert format_normalization(norm, 1.0) == "2 · (1 + 0.25) / √(0.25 + 0.001) − 0.5"
    rounded, value = round_normalization(norm, 1.0)
    assert (rounded, value) == (norm, 1.0)
