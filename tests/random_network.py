"""Networks with random weights, written in a moment and without TensorFlow."""

from pathlib import Path

import numpy as np

from mnist_core.inference.layer_rules import INPUT_SHAPE, compute_facts
from mnist_core.inference.network import Network
from mnist_core.inference.network_plan import plan_network
from mnist_core.layer_designs import LayerDesign
from mnist_core.network_design import NetworkDesign


def write_random_network(path: Path, *layers: LayerDesign) -> None:
    """Write a network of these layers, ten logits and their softmax as an .onnx file."""
    rng = np.random.default_rng(0)
    planned = plan_network(NetworkDesign(layers)).layers
    weights = {}
    shape = INPUT_SHAPE
    for layer in planned:
        facts = compute_facts(layer.name, layer.kind, layer.settings, shape)
        for name, size in zip(layer.weights, facts.weight_shapes, strict=True):
            weights[name] = rng.normal(0, 0.1, size).astype(np.float32)
        shape = facts.output_shape
    path.write_bytes(Network("random", INPUT_SHAPE, planned, weights).to_onnx())
