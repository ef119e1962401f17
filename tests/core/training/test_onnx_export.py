"""Tests of mnist_core.training.onnx_export: ONNX and Keras agree, layer by layer."""

import numpy as np
import pytest

from mnist_core.inference.classifier import Classifier
from mnist_core.training.architectures import NETWORKS
from mnist_core.training.onnx_export import write_onnx
from tests.small import build_small, load_few

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def images():
    """Return 16 test images, (16, 28, 28) uint8."""
    return load_few().test.images[:16]


@pytest.mark.parametrize("name", sorted(set(NETWORKS) - {"small"}))
def test_every_layer_answers_as_in_keras(tmp_path, images, name):
    """All outputs of a fresh network agree, and so do shapes and parameter counts."""
    import keras

    keras.utils.set_random_seed(1)
    model = NETWORKS[name].build()
    write_onnx(model, tmp_path / "model.onnx")
    classifier = Classifier.load(tmp_path / "model.onnx")
    layers = [layer.name for layer in classifier.layers]
    assert layers == [layer.name for layer in model.layers]
    assert classifier.parameters == model.count_params()
    inputs = images[..., None] / np.float32(255)
    expected = keras.Model(model.inputs, [layer.output for layer in model.layers])(inputs)
    for layer, ours, theirs in zip(
        classifier.layers, classifier.outputs(images, layers), expected, strict=True
    ):
        assert layer.output_shape == ours.shape[1:]
        np.testing.assert_allclose(ours, theirs, atol=1e-4, err_msg=layer.name)


def test_the_current_weights_are_written(tmp_path, images):
    """Each file holds the weights that the model had when it was written."""
    model = build_small()
    write_onnx(model, tmp_path / "before.onnx", {"temperature": 2.0})
    model.set_weights([weight + 0.1 for weight in model.get_weights()])
    write_onnx(model, tmp_path / "after.onnx")
    before, after = (Classifier.load(tmp_path / f"{name}.onnx") for name in ("before", "after"))
    np.testing.assert_allclose(
        after.outputs(images, ["probabilities"])[0],
        model(images[..., None] / np.float32(255)),
        atol=1e-5,
    )
    assert not np.allclose(before.logits(images), after.logits(images), atol=1e-3)
    assert (before.temperature, after.temperature) == (2.0, 1.0)


def test_weights_keep_their_names(tmp_path):
    """The classifier gives every weight under the name of the Keras variable."""
    model = build_small()
    write_onnx(model, tmp_path / "model.onnx")
    classifier = Classifier.load(tmp_path / "model.onnx")
    (kernel,) = classifier.layers[0].weights
    assert kernel == "small/conv/kernel"
    np.testing.assert_array_equal(classifier.weights[kernel], model.get_layer("conv").kernel)
