"""What every layer's description in words is made of."""

from dataclasses import dataclass


@dataclass(frozen=True)
class LayerDescription:
    """A layer in words.

    title: the standard term. purpose: what such a layer does. settings: what its settings mean
    here, empty where it has none. shape: why its output has this shape. parameters: where its
    parameters come from.
    """

    title: str
    purpose: str
    settings: str
    shape: str
    parameters: str


def format_activation(activation: str) -> str:
    """Say what a layer's activation does to its sums."""
    if activation == "relu":
        return "Activation ReLU: what is below zero becomes zero."
    if activation == "linear":
        return "No activation: the sums are passed on as they are."
    return f"Activation {activation}."
