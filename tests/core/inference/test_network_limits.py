"""Tests of mnist_core.inference.network_limits: what is too large is refused."""

import pytest

from mnist_core.inference.layer_kinds import LayerFacts
from mnist_core.inference.layer_rules import LayerError
from mnist_core.inference.network_limits import (
    MAX_LAYERS,
    MAX_MULTIPLY_ADDS,
    MAX_PARAMETERS,
    check_limits,
)


@pytest.mark.parametrize(
    ("facts", "message"),
    [
        ([LayerFacts((1,))] * (MAX_LAYERS + 1), "101 layers; at most 100"),
        ([LayerFacts((1,), ((MAX_PARAMETERS + 1,),))], "20,000,001 parameters"),
        ([LayerFacts((1,), (), MAX_MULTIPLY_ADDS + 1)], "1,000,000,001 multiply-adds"),
        ([LayerFacts((1000, 1000, 1))], "1,000,000 values in one layer"),
    ],
)
def test_large_networks_are_refused(facts: list[LayerFacts], message: str) -> None:
    """The message names the count and the limit."""
    with pytest.raises(LayerError, match=message):
        check_limits(facts)
