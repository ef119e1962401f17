"""The names of the variables of Keras layers."""

from __future__ import annotations

# In Keras's order. Where a layer has no bias, it has the first one only.
VARIABLES = {
    "BatchNormalization": ("gamma", "beta", "moving_mean", "moving_variance"),
    "Conv2D": ("kernel", "bias"),
    "Dense": ("kernel", "bias"),
}


def name_variables(kind: str, layer: str, count: int) -> tuple[str, ...]:
    """Return the names of a layer's variables, as in `Layer.weights`.

    Args:
        kind: The Keras class, such as "Conv2D".
        layer: The name of the layer.
        count: How many variables it has.

    Examples:
        >>> name_variables("Dense", "logits", 2)
        ('logits/kernel', 'logits/bias')
        >>> name_variables("Flatten", "flatten", 0)
        ()
    """
    return tuple(f"{layer}/{variable}" for variable in VARIABLES.get(kind, ())[:count])
