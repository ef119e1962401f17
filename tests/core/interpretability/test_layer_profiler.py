"""The time that each layer takes."""

import numpy as np

from mnist_core.inference.classifier import Classifier
from mnist_core.interpretability.layer_profiler import _find_layer, measure_layers


def test_every_layer_that_works_takes_some_time() -> None:
    """The layers are those of the network, and the convolutions are among those that worked."""
    classifier = Classifier.load()
    images = np.random.default_rng(0).random((20, 28, 28)).astype(np.float32)
    seconds = measure_layers(classifier, images)
    assert list(seconds) == [layer.name for layer in classifier.layers]
    for layer in classifier.layers:
        if layer.kind in {"Conv2D", "Dense", "MaxPooling2D"}:
            assert seconds[layer.name] > 0, layer.name
    assert sum(seconds.values()) < 1


def test_a_step_is_known_by_its_layers_name() -> None:
    """Numbered scopes and fused steps included; conv1 is not taken for conv10."""
    names = ["conv1", "conv10", "dense"]
    assert _find_layer("conv1_1/convolution:0_nchwc_kernel_time", names) == "conv1"
    assert _find_layer("conv10/convolution", names) == "conv10"
    assert _find_layer("fused dense_1/MatMul/MatMulAddFusion", names) == "dense"
    assert _find_layer("ReorderOutput_token_4_kernel_time", names) is None
