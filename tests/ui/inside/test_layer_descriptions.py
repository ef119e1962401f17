"""The descriptions of layers, compared with the networks."""

import math
import re
from types import SimpleNamespace
from typing import cast

import numpy as np
import pytest

from mnist_core.inference.classifier import Classifier, Layer
from mnist_core.inference.layer_kinds import format_shape
from mnist_core.inference.layer_rules import compute_facts
from mnist_core.inference.network_plan import plan_network
from mnist_core.interpretability.layer_arithmetic import count_trainable
from mnist_core.layer_designs import ACTIVATIONS, ActivationLayer, Conv2D, Flatten
from mnist_core.network_design import NetworkDesign
from mnist_core.training.architectures import NETWORKS
from mnist_core.training.onnx_export import list_layers
from tests.core.test_network_design import EVERY_TYPE
from ui.inside.layer_costs import describe_parameters, describe_work
from ui.inside.layer_description import NO_PARAMETERS
from ui.inside.layer_descriptions import describe_layer

pytestmark = pytest.mark.slow

FORMULA = re.compile(r"((?:[(⌊]*[\d.,]+)(?:[ )⌋]*[·/+−] ?[(⌊]*[\d.,]+[)⌋]*)+) = ([\d.,]*\d)")


def stand_in(*layers: Layer) -> Classifier:
    """Return what the descriptions of layers read of a classifier: its layers."""
    parameters = sum(layer.parameters for layer in layers)
    return cast(Classifier, SimpleNamespace(layers=layers, parameters=parameters, weights={}))


def stand_in_with_weights(*layers: Layer) -> Classifier:
    """Return the same for the layers of a whole network, with weights of the right shapes."""
    classifier = stand_in(*layers)
    shape: tuple[int, ...] = (28, 28, 1)
    for layer in layers:
        facts = compute_facts(layer.name, layer.kind, layer.settings, shape)
        shape = facts.output_shape
        weights = map(np.empty, facts.weight_shapes)
        classifier.weights.update(zip(layer.weights, weights, strict=True))
    return classifier


def build(name: str) -> Classifier:
    """Return the layers of an untrained network, as a classifier reads them."""
    return stand_in_with_weights(*list_layers(NETWORKS[name].build()))


EVERY_LAYER = NetworkDesign(EVERY_TYPE.layers[:-1])


@pytest.fixture(scope="module", params=[*sorted(set(NETWORKS) - {"small"}), "every layer"])
def network(request: pytest.FixtureRequest) -> Classifier:
    """Each network of the registry in turn, and one with every layer that can be designed."""
    if request.param == "every layer":
        return stand_in_with_weights(*plan_network(EVERY_LAYER).layers)
    return build(request.param)


def test_every_layer_that_can_be_designed_is_described() -> None:
    """With every activation, and none by its numbers alone."""
    layers = [ActivationLayer(name) for name in ACTIVATIONS[1:]]
    plan = plan_network([*EVERY_LAYER.layers, *layers])
    classifier = stand_in(*plan.layers)
    for layer in plan.layers:
        description = describe_layer(classifier, layer)
        assert "not described" not in description.settings
        assert "does not describe" not in description.purpose


def compute(formula: str) -> float:
    """Evaluate a formula as it is written in a sentence."""
    for sign, operator in {"·": "*", "−": "-", "⌊": "math.floor(", "⌋": ")", ",": ""}.items():
        formula = formula.replace(sign, operator)
    return eval(formula, {"math": math})


def test_every_formula_is_true(network: Classifier) -> None:
    """Both sides of each equals sign are equal."""
    checked = 0
    for layer in network.layers:
        description = describe_layer(network, layer)
        for text in (description.shape, description.parameters, description.settings):
            for formula, result in FORMULA.findall(text):
                value = compute(formula)
                assert value == pytest.approx(float(result.replace(",", "")), rel=0.005), text
                checked += 1
    assert checked >= len(network.layers) // 2


def test_shapes_and_counts_are_the_networks_own(network: Classifier) -> None:
    """Each description contains the layer's own shape and number of parameters."""
    for layer in network.layers:
        description = describe_layer(network, layer)
        size = f"{math.prod(layer.output_shape):,}"
        assert format_shape(layer.output_shape) in description.shape or size in description.shape
        if layer.parameters:
            assert f"{layer.parameters:,} parameters" in description.parameters
        else:
            assert description.parameters == NO_PARAMETERS


def test_the_parameters_of_all_layers_add_up(network: Classifier) -> None:
    """The formula has a term for each layer with parameters, and their sum."""
    text = describe_parameters(network)
    counts = [int(count.replace(",", "")) for count in re.findall(r"([\d,]+) \(", text)]
    assert counts == [layer.parameters for layer in network.layers if layer.parameters]
    assert f"= {sum(counts):,} parameters" in text
    assert sum(counts) == network.parameters


def test_descriptions_are_whole_sentences(network: Classifier) -> None:
    """Each starts with a capital letter or a digit and ends with a period."""
    for layer in network.layers:
        description = describe_layer(network, layer)
        for text in (
            description.purpose,
            description.shape,
            description.parameters,
            description.settings,
        ):
            assert not text or re.match(r"[A-Z0-9⌊]", text), text
            assert not text or text.endswith("."), text
            assert "  " not in text


def test_the_description_of_the_tutorials_network() -> None:
    """The numbers computed by hand, which many copies of the tutorial get wrong."""
    network = build("tutorial")
    conv, pool, _, flatten, dense, logits, _ = (
        describe_layer(network, layer) for layer in network.layers
    )
    assert "28 − 3 + 1 = 26. So 28 × 28 becomes 26 × 26." in conv.shape
    assert "(3·3·1 + 1) · 32 = 320 parameters" in conv.parameters
    assert "So 26 × 26 becomes 25 × 25." in pool.shape
    assert "with a stride of 2 it would be 13 × 13" in pool.shape
    assert flatten.shape == "25·25·32 = 20,000 numbers."
    assert dense.parameters == "20,000·128 weights and 128 biases: 2,560,128 parameters."
    assert logits.parameters == "128·10 weights and 10 biases: 1,290 parameters."
    assert describe_parameters(network).endswith("= 2,561,738 parameters.")


def test_an_unknown_kind_is_described_by_its_numbers() -> None:
    """A layer without a description of its own raises no error."""
    layer = Layer("swirl", "Swirl", (7, 7, 3), 12, {}, ())
    network = stand_in(layer)
    description = describe_layer(network, layer)
    assert description.title == "Swirl"
    assert description.shape == "Its input has the shape 28 × 28 × 1, its output 7 × 7 × 3."
    assert description.parameters == "Number of parameters: 12."


def test_work_is_given_as_fractions_of_the_network() -> None:
    """A layer that takes 10 of 40 µs takes 25 % of the time."""
    network = build("tutorial")
    seconds = {layer.name: 0.0 for layer in network.layers}
    seconds |= {"conv": 1e-5, "dense": 3e-5}
    text = describe_work(network, network.layers[0], seconds)
    assert "10.0 µs per image" in text
    assert "25.0\u00a0% of the network’s 40 µs" in text
    assert f"multiplications: {26 * 26 * 32 * 9:,}, " in text


def test_dropped_rows_and_columns_are_named() -> None:
    """Windows of 2 × 2 cover all 28 rows and columns, windows of 3 × 3 only 27."""
    settings = {"pool_size": [2, 2], "strides": [2, 2], "padding": "valid"}
    exact = Layer("pool", "MaxPooling2D", (14, 14, 1), 0, settings, ())
    assert "dropped" not in describe_layer(stand_in(exact), exact).shape
    settings = {"pool_size": [3, 3], "strides": [3, 3], "padding": "valid"}
    uneven = Layer("pool", "MaxPooling2D", (9, 9, 1), 0, settings, ())
    text = describe_layer(stand_in(uneven), uneven).shape
    assert "The last row and the last column are dropped" in text


def test_a_missing_bias_is_explained_by_the_normalization_that_follows() -> None:
    """In the quick network, it follows the pooling."""
    network = build("swift")
    texts = {layer.name: describe_layer(network, layer).parameters for layer in network.layers}
    assert "batch normalization that follows" in texts["conv2"]
    assert "batch normalization that follows" not in texts["conv1"]


def test_trainable_parameters_are_told_apart() -> None:
    """The shipped network has as many as its weights without the moving averages."""
    classifier = Classifier.load()
    assert f"{count_trainable(classifier):,} of them are trainable" in describe_parameters(
        classifier
    )
    assert "trainable" not in describe_parameters(build("tutorial"))


def test_relu_is_not_called_the_only_nonlinearity() -> None:
    """Max pooling is nonlinear too."""
    network = build("swift")
    relu = next(layer for layer in network.layers if layer.kind == "ReLU")
    assert "such as this one or max pooling" in describe_layer(network, relu).purpose


def test_no_negative_size_is_stated() -> None:
    """A window that is larger than its input fits only with padding."""
    settings = {"pool_size": [5, 5], "strides": [2, 2], "padding": "same"}
    first = Layer("first", "MaxPooling2D", (2, 2, 1), 0, settings, ())
    second = Layer("second", "MaxPooling2D", (1, 1, 1), 0, settings, ())
    text = describe_layer(stand_in(first, second), second).shape
    assert "1 × 1 × 1" in text
    assert "Without padding" not in text


def test_a_normalization_is_described_without_its_momentum() -> None:
    """Nothing but training needs the momentum, so that files may lack it."""
    layer = Layer("norm", "BatchNormalization", (28, 28, 1), 4, {"epsilon": 0.001}, ())
    settings = describe_layer(stand_in(layer), layer).settings
    assert settings == "To avoid division by zero, 0.001 is added to each variance."


def test_a_bias_before_an_activation_is_not_called_redundant() -> None:
    """It moves the threshold of the ReLU, which the shift after it cannot replace."""
    settings = {
        "filters": 2,
        "kernel_size": (3, 3),
        "strides": (1, 1),
        "padding": "valid",
        "use_bias": False,
    }
    norm = Layer("norm", "BatchNormalization", (26, 26, 2), 8, {"epsilon": 0.001}, ())
    texts = {}
    for activation in ("linear", "relu"):
        layer = Layer("conv", "Conv2D", (26, 26, 2), 18, {**settings, "activation": activation}, ())
        texts[activation] = describe_layer(stand_in(layer, norm), layer).parameters
    assert "not needed" in texts["linear"]
    assert "not needed" not in texts["relu"]


def test_only_the_first_convolution_slides_over_the_image() -> None:
    """Not one that follows a convolution with a single filter."""
    plan = plan_network(NetworkDesign((Conv2D(1), Conv2D(4), Flatten())))
    first, second = (layer for layer in plan.layers if layer.kind == "Conv2D")
    network = stand_in(*plan.layers)
    assert "slides over the image" in describe_layer(network, first).purpose
    purpose = describe_layer(network, second).purpose
    assert "slides over the feature map of the previous layer" in purpose


def test_dropping_everything_is_described_without_a_factor() -> None:
    """Keras allows a rate of 1."""
    layer = Layer("dropout", "Dropout", (5,), 0, {"rate": 1.0}, ())
    settings = describe_layer(stand_in(layer), layer).settings
    assert settings == "Rate 1: during training, all values are set to 0."
