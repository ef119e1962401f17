"""Tests of mnist_core.training.fused_layers: outputs, gradients and statistics are Keras's."""

import numpy as np
import pytest

from mnist_core.training.architectures import NETWORKS
from mnist_core.training.fused_layers import list_layers_up_to_logits, run_layers
from tests.small import load_few


@pytest.mark.slow
@pytest.mark.parametrize("name", ["small", "swift", "compact"])
def test_a_training_pass_is_that_of_keras(name: str) -> None:
    """The logits, the gradients of all weights, and the moving statistics after the pass."""
    import keras
    import tensorflow as tf

    images = load_few().train.images[:64, ..., None] / np.float32(255)
    results = []
    for fused in (True, False):
        keras.utils.set_random_seed(4)
        model = NETWORKS[name].build()
        layers = list_layers_up_to_logits(model)
        layers = [layer for layer in layers if not isinstance(layer, keras.layers.Dropout)]
        with tf.GradientTape() as tape:
            if fused:
                logits = run_layers(layers, images)
            else:
                logits = images
                for layer in layers:
                    logits = layer(logits, training=True)
            loss = tf.reduce_sum(tf.sin(logits))
        gradients = tape.gradient(loss, model.trainable_variables)
        moving = [np.asarray(variable) for variable in model.non_trainable_variables]
        results.append([logits, *gradients, *moving])
    assert len(results[0]) > 3
    for ours, theirs in zip(*results, strict=True):
        np.testing.assert_allclose(ours, theirs, atol=2e-3, rtol=2e-3)
