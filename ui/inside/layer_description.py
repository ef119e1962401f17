"""The text that describes a layer."""

from dataclasses import dataclass

from mnist_core.inference.classifier import Layer
from mnist_core.inference.layer_kinds import format_shape
from mnist_core.messages import message
from ui.language import _, localize

NO_PARAMETERS = message("This layer has no parameters.")


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
    "leaky_relu": message("Leaky ReLU"),
    "tanh": message("Tanh"),
    "sigmoid": message("Sigmoid"),
    "gelu": "GELU",
}
FORMULAS = {
    "relu": "max(0, x)",
    "leaky_relu": message("x, or 0.2·x where x is negative"),
    "tanh": "tanh(x)",
    "sigmoid": "1 / (1 + e⁻ˣ)",
    "gelu": message("x·Φ(x), Φ being the normal distribution"),
}
_SENTENCES = {
    "linear": message("No activation function: the sums are passed on unchanged."),
    "relu": message("ReLU activation: negative values become 0."),
    "leaky_relu": message("Leaky ReLU activation: negative values are multiplied by 0.2."),
    "tanh": message("Tanh activation: values are compressed into the range from −1 to 1."),
    "sigmoid": message("Sigmoid activation: values are compressed into the range from 0 to 1."),
    "gelu": message(
        "GELU activation: each value x is multiplied by Φ(x), the probability that a standard "
        "normal value is below x, so that negative values fade to 0 smoothly."
    ),
    "softmax": message(
        "Softmax activation: at each pixel, the values of all maps become probabilities."
    ),
}


def describe_activation(activation: str) -> str:
    """Describe an activation function by its Keras name."""
    return localize(_SENTENCES[activation])


def describe_unchanged_shape(layer: Layer) -> str:
    """Describe the shape of a layer that does not change it."""
    return _("The shape does not change: {shape}.", shape=format_shape(layer.output_shape))
