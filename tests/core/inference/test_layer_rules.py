"""Tests of mnist_core.inference.layer_rules: shapes and counts are those of Keras."""

import math
from pathlib import Path
from typing import Any

import pytest

from mnist_core.inference.classifier import PRETRAINED, Classifier
from mnist_core.inference.layer_rules import LayerError, compute_facts, count_multiply_adds

CONVOLUTION = {
    "filters": 4,
    "kernel_size": [3, 3],
    "strides": [1, 1],
    "padding": "valid",
    "activation": "relu",
    "use_bias": True,
}
POOLING = {"pool_size": [2, 2], "strides": [2, 2], "padding": "valid"}
DENSE = {"units": 10, "activation": "linear", "use_bias": True}


@pytest.mark.slow
@pytest.mark.parametrize("padding", ["valid", "same"])
@pytest.mark.parametrize("stride", [1, 2, 3])
@pytest.mark.parametrize("size", [1, 2, 3, 5])
def test_windows_slide_as_in_keras(padding: str, stride: int, size: int) -> None:
    """Output shapes of convolutions and poolings on 7 × 9 pixels."""
    import keras

    settings = {"strides": (stride, stride), "padding": padding}
    for kind, own in (
        ("Conv2D", {**CONVOLUTION, "kernel_size": (size, size), **settings}),
        ("MaxPooling2D", {"pool_size": (size, size), **settings}),
        ("AveragePooling2D", {"pool_size": (size, size), **settings}),
    ):
        layer = getattr(keras.layers, kind)(**own)
        facts = compute_facts("layer", kind, own, (7, 9, 2))
        assert facts.output_shape == tuple(layer.compute_output_shape((None, 7, 9, 2))[1:])
        layer.build((None, 7, 9, 2))
        assert facts.weight_shapes == tuple(tuple(weight.shape) for weight in layer.weights)


def test_multiply_adds_are_counted_by_hand() -> None:
    """26 · 26 positions of 9 weights for each of 4 filters; 6 inputs for each of 10 units."""
    convolution = compute_facts("conv", "Conv2D", CONVOLUTION, (28, 28, 1))
    assert convolution.multiply_adds == 26 * 26 * 9 * 4
    assert convolution.parameters == 9 * 4 + 4
    assert compute_facts("dense", "Dense", DENSE, (6,)).multiply_adds == 60


@pytest.mark.parametrize("path", sorted(PRETRAINED.glob("*.onnx")), ids=lambda path: path.stem)
def test_multiply_adds_are_one_per_weight_and_position(path: Path) -> None:
    """Computed from the shapes of the weights of each shipped network."""
    classifier = Classifier.load(path)
    expected = dict.fromkeys((layer.name for layer in classifier.layers), 0)
    for layer in classifier.layers:
        if layer.kind in {"Conv2D", "Dense"}:
            kernel = classifier.weights[layer.weights[0]]
            expected[layer.name] = math.prod(layer.output_shape[:-1]) * kernel.size
    assert count_multiply_adds(classifier.layers) == expected


@pytest.mark.parametrize(
    ("kind", "settings", "shape", "message"),
    [
        ("Lambda", {}, (28, 28, 1), "Lambda, which this app does not support"),
        ("Conv2D", {**CONVOLUTION, "filters": 0}, (28, 28, 1), "filters=0"),
        ("Conv2D", {**CONVOLUTION, "filters": 1e9}, (28, 28, 1), "filters=1000000000.0"),
        ("Conv2D", {**CONVOLUTION, "filters": True}, (28, 28, 1), "filters=True"),
        ("Conv2D", {**CONVOLUTION, "kernel_size": "33"}, (28, 28, 1), "kernel_size='33'"),
        ("Conv2D", {**CONVOLUTION, "activation": {"a": 1}}, (28, 28, 1), "activation="),
        ("Conv2D", {**CONVOLUTION, "padding": []}, (28, 28, 1), "padding=\\[\\]"),
        ("Conv2D", {k: CONVOLUTION[k] for k in ("filters",)}, (28, 28, 1), "'nothing'"),
        ("Conv2D", CONVOLUTION, (784,), "takes an input of 3 axes; it gets 1"),
        ("Conv2D", CONVOLUTION, (2, 2, 1), "larger than its input of 2 × 2"),
        ("MaxPooling2D", POOLING, (1, 5, 1), "larger than its input of 1 × 5"),
        ("Dense", DENSE, (4, 4, 1), "takes an input of 1 axes"),
        ("BatchNormalization", {"epsilon": math.inf}, (3,), "epsilon=inf"),
        ("Dropout", {"rate": math.nan}, (3,), "rate=nan"),
        ("BatchNormalization", {"epsilon": 10**400}, (3,), "epsilon=1000"),
    ],
)
def test_impossible_layers_are_refused(
    kind: str, settings: dict[str, Any], shape: tuple[int, ...], message: str
) -> None:
    """Each with a sentence that names the layer and the setting."""
    with pytest.raises(LayerError, match=message):
        compute_facts("layer", kind, settings, shape)
