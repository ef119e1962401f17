"""Tests of mnist_core.interpretability.layer_profiler: run times by layer."""

import numpy as np
import pytest

from mnist_core.inference.classifier import Classifier
from mnist_core.interpretability.layer_profiler import _add_up, _find_layer, measure_layers


def test_every_layer_that_computes_takes_time() -> None:
    """All layers are listed; no time of a convolution or dense layer goes to another layer."""
    classifier = Classifier.load()
    images = np.random.default_rng(0).random((20, 28, 28)).astype(np.float32)
    seconds = measure_layers(classifier, images)
    assert list(seconds) == [layer.name for layer in classifier.layers]
    for layer in classifier.layers:
        if layer.kind in {"Conv2D", "Dense", "MaxPooling2D"}:
            assert seconds[layer.name] > 0, layer.name


def test_steps_add_up_to_their_layers() -> None:
    """A step without a layer's name counts for the layer before it."""
    steps = [
        (0, "conv1/convolution_kernel_time", 30),
        (1, "ReorderOutput_token_4_kernel_time", 5),
        (2, "dense/MatMul_kernel_time", 20),
        (3, "dense/BiasAdd_kernel_time", 1),
    ]
    seconds = _add_up(steps, ["conv1", "flatten", "dense"])
    assert seconds == pytest.approx({"conv1": 35e-6, "flatten": 0, "dense": 21e-6})


def test_a_step_is_assigned_by_its_layers_name() -> None:
    """Also with a numbered scope or a fused step; conv1 is not taken for conv10."""
    names = ["conv1", "conv10", "dense"]
    assert _find_layer("conv1_1/convolution:0_nchwc_kernel_time", names) == "conv1"
    assert _find_layer("conv10/convolution", names) == "conv10"
    assert _find_layer("fused dense_1/MatMul/MatMulAddFusion", names) == "dense"
    assert _find_layer("ReorderOutput_token_4_kernel_time", names) is None
