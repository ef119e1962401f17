"""Tests of mnist_core.inference.classifier: predictions, and damaged or foreign files."""

import pickle
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper

from mnist_core.datasets.mnist import Mnist
from mnist_core.inference.classifier import DEFAULT_MODEL, PRETRAINED, Classifier, ModelError
from mnist_core.inference.layer_rules import Layer
from mnist_core.inference.network import Network


@pytest.fixture(scope="module")
def classifier() -> Classifier:
    """The default network."""
    return Classifier.load()


@pytest.fixture(scope="module")
def images(data: Mnist) -> np.ndarray:
    """Test images for more than one batch."""
    return data.test.images[:520]


def test_probabilities_are_the_softmax_of_the_logits(
    classifier: Classifier, images: np.ndarray
) -> None:
    """Ten per image, which sum to 1."""
    probabilities = classifier.probabilities(images)
    powers = np.exp(classifier.logits(images).astype(np.float64) / classifier.temperature)
    assert probabilities.shape == (520, 10)
    assert probabilities.dtype == np.float32
    np.testing.assert_allclose(probabilities, powers / powers.sum(axis=1, keepdims=True), atol=1e-6)


def test_uint8_and_float_images_give_the_same_probabilities(
    classifier: Classifier, images: np.ndarray
) -> None:
    """uint8 in 0..255 and float in 0..1 are the same image."""
    scaled = images / np.float32(255)
    np.testing.assert_allclose(
        classifier.probabilities(images), classifier.probabilities(scaled), atol=1e-6
    )


def test_a_prediction_does_not_depend_on_the_batch(
    classifier: Classifier, images: np.ndarray
) -> None:
    """Images on both sides of a batch border give the same probabilities alone."""
    together = classifier.probabilities(images)
    for index in (0, 499, 500, 519):
        alone = classifier.probabilities(images[index : index + 1])
        np.testing.assert_allclose(alone[0], together[index], atol=1e-6)


def test_no_images_give_no_predictions(classifier: Classifier) -> None:
    """An empty batch is allowed."""
    assert classifier.probabilities(np.zeros((0, 28, 28), np.uint8)).shape == (0, 10)


@pytest.mark.parametrize("shape", [(28, 28), (1, 28, 27), (1, 28, 28, 1), (1, 784)])
def test_images_of_another_shape_are_rejected(
    shape: tuple[int, ...], classifier: Classifier
) -> None:
    """This is an error of the caller, so a ValueError."""
    with pytest.raises(ValueError, match=r"expected images of shape \(n, 28, 28\)"):
        classifier.probabilities(np.zeros(shape, np.float32))


def test_the_first_convolution_follows_from_its_weights(
    classifier: Classifier, images: np.ndarray
) -> None:
    """3×3 windows with “same” padding, computed in NumPy."""
    kernel = classifier.weights[f"{classifier.name}/conv1/kernel"]
    padded = np.pad(images[0] / 255.0, 1)
    windows = np.lib.stride_tricks.sliding_window_view(padded, (3, 3))
    expected = np.einsum("yxij,ijf->yxf", windows, kernel[:, :, 0])
    np.testing.assert_allclose(classifier.activations(images[0])["conv1"], expected, atol=1e-5)


def test_the_last_layers_follow_from_the_features(
    classifier: Classifier, images: np.ndarray
) -> None:
    """The logits are the features times the weights plus the bias."""
    weights, name = classifier.weights, classifier.name
    features = classifier.features(images[:3])
    expected = features @ weights[f"{name}/logits/kernel"] + weights[f"{name}/logits/bias"]
    np.testing.assert_allclose(classifier.logits(images[:3]), expected, atol=1e-4)


def test_layers_have_the_described_shapes_and_parameters(
    classifier: Classifier, images: np.ndarray
) -> None:
    """For every layer of the network."""
    activations = classifier.activations(images[0])
    assert {layer.name: layer.output_shape for layer in classifier.layers} == {
        name: output.shape for name, output in activations.items()
    }
    for layer in classifier.layers:
        sizes = [classifier.weights[name].size for name in layer.weights]
        assert sum(sizes) == layer.parameters
    assert Classifier.load(PRETRAINED / "compact.onnx").parameters == 62_346


def test_threads_get_the_same_predictions(classifier: Classifier, images: np.ndarray) -> None:
    """One classifier serves all visitors at once."""
    few = images[:40]
    expected = classifier.probabilities(few)
    with ThreadPoolExecutor(8) as pool:
        results = list(pool.map(lambda _: classifier.probabilities(few), range(32)))
    assert all(np.array_equal(result, expected) for result in results)


class Bomb:
    """An object whose unpickling runs code."""

    def __reduce__(self) -> tuple:
        """Fail the test when it is unpickled."""
        return pytest.fail, ("The file was unpickled.",)


def make_onnx(outputs: int, metadata: dict[str, str]) -> bytes:
    """Build a valid ONNX model with a number of logits."""
    image = helper.make_tensor_value_info("images", TensorProto.FLOAT, [None, 28, 28, 1])
    logits = helper.make_tensor_value_info("logits", TensorProto.FLOAT, [None, outputs])
    weights = onnx.numpy_helper.from_array(np.zeros((784, outputs), np.float32), "weights")
    shape = onnx.numpy_helper.from_array(np.array([-1, 784]), "shape")
    nodes = [
        helper.make_node("Reshape", ["images", "shape"], ["flat"]),
        helper.make_node("MatMul", ["flat", "weights"], ["logits"]),
    ]
    graph = helper.make_graph(nodes, "graph", [image], [logits], [weights, shape])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    helper.set_model_props(model, metadata)
    return model.SerializeToString()


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"not a model",
        DEFAULT_MODEL.read_bytes()[:50_000],
        DEFAULT_MODEL.read_bytes()[50_000:],
        pickle.dumps(Bomb()),
        make_onnx(10, {}),
        make_onnx(10, {"name": "not JSON", "layers": "["}),
    ],
    ids=["empty", "text", "first half", "second half", "pickle", "foreign", "strange metadata"],
)
def test_damaged_and_foreign_models_are_rejected(content: bytes, tmp_path: Path) -> None:
    """The message names the file and what to do; no code in the file runs."""
    path = tmp_path / "model.onnx"
    path.write_bytes(content)
    with pytest.raises(ModelError, match=r"model\.onnx cannot be used as a model.*choose another"):
        Classifier.load(path)


def write_dense_network(path: Path, units: int) -> None:
    """Write a network of one dense layer, as the app does."""
    settings = {"units": units, "activation": "linear", "use_bias": False}
    layers = (
        Layer("flat", "Flatten", (784,), 0, {}, ()),
        Layer("logits", "Dense", (units,), 784 * units, settings, ("weights",)),
        Layer("probabilities", "Softmax", (units,), 0, {}, ()),
    )
    weights = {"weights": np.zeros((784, units), np.float32)}
    path.write_bytes(Network("other", (28, 28, 1), layers, weights).to_onnx())


def test_a_model_with_other_classes_is_rejected(tmp_path: Path) -> None:
    """Five logits are not ten digits."""
    write_dense_network(tmp_path / "model.onnx", 5)
    with pytest.raises(ModelError, match="does not end in ten logits"):
        Classifier.load(tmp_path / "model.onnx")


def test_a_model_with_ten_classes_is_accepted(tmp_path: Path) -> None:
    """So the models above are rejected for the reason in their message."""
    write_dense_network(tmp_path / "model.onnx", 10)
    assert Classifier.load(tmp_path / "model.onnx").name == "other"


def test_a_missing_model_is_reported(tmp_path: Path) -> None:
    """The message names the path."""
    with pytest.raises(ModelError, match=f"no model file at {tmp_path / 'nowhere.onnx'}"):
        Classifier.load(tmp_path / "nowhere.onnx")


@pytest.mark.parametrize("kind", ["int64", "uint16", "bool", "complex64"])
def test_pixels_of_another_type_are_rejected(
    kind: str, data: Mnist, classifier: Classifier
) -> None:
    """Such as those that pandas reads from a CSV; as they are, they would be misread."""
    images = data.test.images[:1].astype(kind)
    with pytest.raises(ValueError, match=rf"expected uint8 in 0..255 or .* got {kind}"):
        classifier.probabilities(images)
