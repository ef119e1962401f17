"""What is said about layers, against what the networks are."""

import math
import re
from types import SimpleNamespace

import pytest

from mnist_core.inference.classifier import Layer
from mnist_core.training.architectures import NETWORKS
from mnist_core.training.onnx_export import _describe
from ui.formatting import format_shape
from ui.inside.layer_descriptions import describe_layer, describe_parameters, describe_work

FORMULA = re.compile(r"((?:[(⌊]*[\d.,]+)(?:[ )⌋]*[·/+−] ?[(⌊]*[\d.,]+[)⌋]*)+) = ([\d.,]*\d)")


def build(name: str) -> SimpleNamespace:
    """Return the layers of an untrained network, as a classifier would read them."""
    layers = []
    for layer in NETWORKS[name].build().layers:
        described = _describe(layer)
        described["output_shape"] = tuple(described["output_shape"])
        layers.append(Layer(**described))
    return SimpleNamespace(layers=tuple(layers), parameters=sum(x.parameters for x in layers))


@pytest.fixture(scope="module", params=sorted(set(NETWORKS) - {"small"}))
def network(request: pytest.FixtureRequest) -> SimpleNamespace:
    """Each network of the registry in turn."""
    return build(request.param)


def compute(formula: str) -> float:
    """Evaluate a formula as it stands in a sentence."""
    for sign, operator in {"·": "*", "−": "-", "⌊": "math.floor(", "⌋": ")", ",": ""}.items():
        formula = formula.replace(sign, operator)
    return eval(formula, {"math": math})


def test_every_formula_is_true(network: SimpleNamespace) -> None:
    """What stands before each equals sign is what stands after it."""
    checked = 0
    for layer in network.layers:
        words = describe_layer(network, layer)
        for text in (words.shape, words.parameters, words.settings):
            for formula, result in FORMULA.findall(text):
                value = compute(formula)
                assert value == pytest.approx(float(result.replace(",", "")), rel=0.005), text
                checked += 1
    assert checked >= len(network.layers) // 2


def test_shapes_and_counts_are_the_networks_own(network: SimpleNamespace) -> None:
    """Each layer's sentences end in its real shape and name its real number of parameters."""
    for layer in network.layers:
        words = describe_layer(network, layer)
        size = f"{math.prod(layer.output_shape):,}"
        assert format_shape(layer.output_shape) in words.shape or size in words.shape
        if layer.parameters:
            assert f"{layer.parameters:,} parameters" in words.parameters
        else:
            assert words.parameters == "There is nothing to learn in it."


def test_the_parameters_of_all_layers_add_up(network: SimpleNamespace) -> None:
    """The sentence names each layer that has any, and their sum."""
    text = describe_parameters(network)
    counts = [int(count.replace(",", "")) for count in re.findall(r"([\d,]+) \(", text)]
    assert counts == [layer.parameters for layer in network.layers if layer.parameters]
    assert f"= {sum(counts):,} parameters" in text
    assert sum(counts) == network.parameters


def test_no_sentence_is_glued_or_left_open(network: SimpleNamespace) -> None:
    """Each starts with a capital letter or a figure and ends with a full stop."""
    for layer in network.layers:
        words = describe_layer(network, layer)
        for text in (words.purpose, words.shape, words.parameters, words.settings):
            assert not text or re.match(r"[A-Z0-9⌊]", text), text
            assert not text or text.endswith("."), text
            assert "  " not in text


def test_the_tutorials_network_is_explained_as_by_hand() -> None:
    """The numbers that its well-known tutorial gets wrong."""
    network = build("tutorial")
    conv, pool, _, flatten, dense, logits, _ = (
        describe_layer(network, layer) for layer in network.layers
    )
    assert "28 − 3 + 1 = 26 places. So 28 × 28 becomes 26 × 26." in conv.shape
    assert "(3·3·1 + 1) · 32 = 320 parameters" in conv.parameters
    assert "So 26 × 26 becomes 25 × 25." in pool.shape
    assert "with a stride of 2 it would be 13 × 13" in pool.shape
    assert flatten.shape == "25·25·32 = 20,000 numbers."
    assert dense.parameters == "20,000·128 weights and 128 biases: 2,560,128 parameters."
    assert logits.parameters == "128·10 weights and 10 biases: 1,290 parameters."
    assert describe_parameters(network).endswith("= 2,561,738 parameters.")


def test_an_unknown_kind_gets_its_bare_numbers() -> None:
    """A layer that nobody has put into words yet is no fault."""
    layer = Layer("swirl", "Swirl", (7, 7, 3), 12, {}, ())
    network = SimpleNamespace(layers=(layer,), parameters=12)
    words = describe_layer(network, layer)
    assert words.title == "Swirl"
    assert words.shape == "It makes 7 × 7 × 3 out of 28 × 28 × 1."
    assert words.parameters == "It has 12 parameters."


def test_work_is_told_in_shares_of_the_whole() -> None:
    """With times made up for the test, a quarter is said to be a quarter."""
    network = build("tutorial")
    seconds = {layer.name: 0.0 for layer in network.layers}
    seconds |= {"conv": 1e-5, "dense": 3e-5}
    text = describe_work(network, network.layers[0], seconds)
    assert "10.0 µs an image" in text
    assert "25.0 % of the network’s 40 µs" in text
    assert f"multiplies {26 * 26 * 32 * 9:,} times" in text
