"""A rescaling of the pixels as a network's first layer.

The app gives every network pixels in 0..1, ink bright on 0. A network from a file may have been
trained on others, such as 0..255. A Rescaling layer in front of it converts them, and is part of
the model from then on.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from mnist_core.inference.layer_rules import Layer
from mnist_core.inference.onnx_reader import read_network

NAME = "input_rescaling"


def rescale_input(content: bytes, scale: float, offset: float) -> bytes:
    """Return an ONNX file of the same network that gets the pixels · scale + offset.

    An earlier rescaling by this function is replaced; 1 and 0 remove it.

    Args:
        content: The bytes of an .onnx file that the app wrote.
        scale: The factor of the pixels in 0..1.
        offset: Is added to the product.

    Raises:
        ForeignModelError: The file is damaged.
        LayerError: A layer of the file is not supported.
    """
    network = read_network(content)
    layers = network.layers
    if find_rescaling(layers) is not None:
        layers = layers[1:]
    if (scale, offset) != (1, 0):
        settings = {"scale": float(scale), "offset": float(offset)}
        layers = (Layer(NAME, "Rescaling", network.input_shape, 0, settings, ()), *layers)
    return replace(network, layers=layers).to_onnx()


def find_rescaling(layers: Sequence[Layer]) -> tuple[float, float] | None:
    """Return the scale and the offset that `rescale_input` gave a network; None if it did not."""
    first = layers[0]
    if (first.name, first.kind) != (NAME, "Rescaling"):
        return None
    return first.settings["scale"], first.settings["offset"]
