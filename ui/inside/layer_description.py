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


ACTIVATION_TITLES = {
    "relu": "ReLU",
    "leaky_relu": "Leaky ReLU",
    "tanh": "Tanh",
    "sigmoid": "Sigmoid",
    "gelu": "GELU",
}
FORMULAS = {
    "relu": "max(0, x)",
    "leaky_relu": "x, or 0.2·x where x is negative",
    "tanh": "tanh(x)",
    "sigmoid": "1 / (1 + e⁻ˣ)",
    "gelu": "x·Φ(x), Φ being the normal distribution",
}
_SENTENCES = {
    "linear": "No activation function: the sums are passed on unchanged.",
    "relu": "ReLU activation: negative values become 0.",
    "leaky_relu": "Leaky ReLU activation: negative values are multiplied by 0.2.",
    "tanh": "Tanh activation: values are compressed into the range from −1 to 1.",
    "sigmoid": "Sigmoid activation: values are compressed into the range from 0 to 1.",
    "gelu": "GELU activation: each value x is multiplied by Φ(x), the probability that a standard "
    "normal value is below x, so that negative values fade to 0 smoothly.",
    "softmax": "Softmax activation: at each pixel, the values of all maps become probabilities.",
}


def describe_activation(activation: str) -> str:
    """Describe an activation function by its Keras name."""
    return _SENTENCES[activation]
