"""The text that describes a layer."""

from dataclasses import dataclass

NO_PARAMETERS = "This layer has no parameters."


@dataclass(frozen=True)
class LayerDescription:
    """The text that describes a layer, in whole sentences.

    Attributes:
        title: The standard term, such as "Convolution".
        purpose: What such a layer computes, and why.
        settings: What its settings mean; empty for a layer without settings.
        shape: Why the output has its shape.
        parameters: How the number of parameters is computed.
    """

    title: str
    purpose: str
    settings: str
    shape: str
    parameters: str


def describe_activation(activation: str) -> str:
    """Describe an activation function by its Keras name."""
    if activation == "relu":
        return "ReLU activation: negative values become 0."
    if activation == "linear":
        return "No activation function: the sums are passed on unchanged."
    return f"Activation function: {activation}."
