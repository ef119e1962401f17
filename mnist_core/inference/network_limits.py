"""How large a network of a stranger may be."""

from __future__ import annotations

import math
from collections.abc import Sequence

from mnist_core.inference.layer_kinds import LayerFacts
from mnist_core.inference.layer_rules import LayerError
from mnist_core.messages import message

MAX_LAYERS = 100
MAX_PARAMETERS = 20_000_000
MAX_MULTIPLY_ADDS = 1_000_000_000
MAX_OUTPUT_VALUES = 28 * 28 * 512


def check_limits(facts: Sequence[LayerFacts]) -> None:
    """Check that a network is small enough to be run for every visitor.

    Raises:
        LayerError: It has too many layers, parameters, multiply-adds or values in one output.
    """
    sizes = (
        (message("layers"), len(facts), MAX_LAYERS),
        (message("parameters"), sum(each.parameters for each in facts), MAX_PARAMETERS),
        (
            message("multiply-adds per image"),
            sum(each.multiply_adds for each in facts),
            MAX_MULTIPLY_ADDS,
        ),
        (
            message("values in one layer's output"),
            max((math.prod(each.output_shape) for each in facts), default=0),
            MAX_OUTPUT_VALUES,
        ),
    )
    for what, count, most in sizes:
        if count > most:
            raise LayerError(
                message(
                    "The network has {count:,} {what}; at most {most:,} are supported.",
                    count=count,
                    what=what,
                    most=most,
                )
            )
