"""Tests of mnist_core.training.keras_config: which networks are supported."""

import json
from copy import deepcopy
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from benchmarks.keras_files import (
    connect,
    describe_convolution,
    describe_dense,
    describe_input,
    describe_layer,
    describe_model,
)
from mnist_core.training.keras_archive import KerasFileError
from mnist_core.training.keras_config import parse_network

SOFTMAX = describe_layer("Activation", "logits", activation="softmax")
NORMALIZATION = {"axis": -1, "momentum": 0.9, "epsilon": 1e-3, "center": True, "scale": True}


def test_layers_are_described_with_computed_shapes():
    """Shapes and counts follow from kinds and settings."""
    network = parse_network(
        describe_model(
            describe_convolution("first"),
            describe_layer("BatchNormalization", "norm", **NORMALIZATION),
        )
    )
    first, norm, *_, logits, _ = network.layers
    assert network.name == "tiny"
    assert first.output_shape == (26, 26, 2)
    assert first.weights == ("first/kernel", "first/bias")
    assert network.weight_shapes["first/kernel"] == (3, 3, 1, 2)
    assert norm.settings == {"epsilon": 1e-3, "momentum": 0.9}
    assert logits.parameters == 26 * 26 * 2 * 10 + 10


def describe_custom(**changes):
    """Return a Flatten layer with changed entries."""
    return {**describe_layer("Flatten", "own"), **changes}


@pytest.mark.parametrize(
    ("layer", "reason"),
    [
        (describe_layer("Lambda", "trap", function={}), "trap is a Lambda"),
        (describe_layer("TFSMLayer", "trap", filepath="/"), "trap is a TFSMLayer"),
        (describe_custom(module="os"), "custom class"),
        (describe_custom(module="keras_evil"), "custom class"),
        (describe_custom(registered_name="Custom>Flatten"), "custom class"),
        (describe_custom(class_name="two\nlines"), "custom class"),
        (describe_custom(config={"name": 7}), "does not describe a network"),
        (describe_layer("Convolution2D", "old", nb_filter=8), "saved by Keras 1"),
        (describe_convolution("odd", activation="silu"), "“activation” with the value “silu”"),
        (describe_convolution("odd", dilation_rate=[2, 2]), "“dilation_rate”"),
        (describe_convolution("odd", groups=2), "“groups”"),
        (describe_convolution("odd", data_format="channels_first"), "“data_format”"),
        (describe_convolution("odd", filters=-1), "filters"),
        (describe_convolution("odd", filters=10**30), "filters"),
        (describe_convolution("odd", filters="many"), "filters"),
        (describe_convolution("odd", kernel_size=[40, 40]), "larger than its input"),
        (describe_convolution("odd", dtype="int8_from_float32"), "data type"),
        (
            describe_convolution(
                "odd",
                dtype={
                    "class_name": "QuantizedDTypePolicy",
                    "config": {"mode": "int8", "source_name": "float32"},
                },
            ),
            "data type",
        ),
        (describe_convolution("odd", future=True), "“future”"),
        (describe_layer("ReLU", "odd", max_value=6), "“max_value”"),
        (describe_layer("BatchNormalization", "odd", **NORMALIZATION | {"axis": 1}), "“axis”"),
        (describe_layer("Rescaling", "odd", scale=float("nan"), offset=0.0), "scale=nan"),
        (describe_dense("odd", 5), "takes an input of 1 axes"),
        ({}, "does not describe a network"),
        ([], "does not describe a network"),
        (None, "does not describe a network"),
    ],
)
def test_a_layer_that_is_not_supported_is_named(layer, reason):
    """The message is one sentence or two on one line, and says what to do."""
    with pytest.raises(KerasFileError, match=reason) as caught:
        parse_network(describe_model(layer))
    assert str(caught.value).isprintable()
    assert len(str(caught.value)) < 400


@pytest.mark.parametrize(
    ("layers", "reason"),
    [
        ([describe_layer("Flatten", f"f{index}") for index in range(3000)], "3,003 layers"),
        ([describe_layer("Flatten", "f"), describe_dense("big", 800_000)], "parameters"),
        (
            [describe_convolution(f"c{index}", filters=300, padding="same") for index in range(3)],
            "multiply-adds per image",
        ),
    ],
)
def test_a_network_that_is_too_large_is_refused(layers, reason):
    """The count and the limit are named."""
    with pytest.raises(KerasFileError, match=f"{reason}; at most"):
        parse_network(describe_model(*layers))


@pytest.mark.parametrize("shape", [(28, 28, 3), (32, 32, 3), (1, 28, 28), (28, 28, None), ()])
def test_another_input_is_refused(shape):
    """The message names the shape."""
    layers = describe_model()["config"]["layers"]
    config = describe_model(layers=[describe_input(*shape), *layers[1:]])
    with pytest.raises(KerasFileError, match="takes an input of shape"):
        parse_network(config)


@pytest.mark.parametrize(
    ("ends", "reason"),
    [
        ([], "gives an output of shape"),
        ([describe_dense("logits", 9)], r"\(9,\); expected 10 values"),
        ([describe_dense("scores", 26, "softmax")], r"\(26,\); expected 10 values"),
        ([describe_dense("scores", 10, "relu")], "“scores” .Dense, activation relu.; expected a"),
        ([describe_layer("Softmax", "logits", axis=-1)], "expected 10 values"),
    ],
)
def test_another_output_is_refused(ends, reason):
    """The pages need ten logits."""
    layers = [describe_input(28, 28, 1), describe_layer("Flatten", "flatten"), *ends]
    with pytest.raises(KerasFileError, match=reason):
        parse_network(describe_model(layers=layers))


def test_a_network_that_ends_in_logits_gets_a_softmax():
    """The app shows probabilities; a layer may have the name already."""
    layers = describe_model()["config"]["layers"]
    layers[1]["config"]["name"] = "probabilities"
    *_, logits, last = parse_network(describe_model(layers=layers[:-1])).layers
    assert logits.name == "logits"
    assert (last.kind, last.name) == ("Softmax", "probabilities_1")


@pytest.mark.parametrize(
    "ends",
    [
        [describe_dense("dense_2", 10, "softmax")],
        [describe_dense("dense_2", 10, {"class_name": "function", "config": "softmax_v2"})],
        [
            describe_dense("dense_2", 10),
            describe_layer("Activation", "logits", activation="softmax"),
        ],
        [describe_dense("dense_2", 10), describe_layer("Softmax", "out", axis=[-1])],
        [describe_dense("dense_2", 10)],
    ],
)
def test_every_end_becomes_logits_and_a_softmax(ends):
    """Wherever the softmax is, the layer before it is named logits and computes them."""
    layers = [describe_input(28, 28, 1), describe_layer("Flatten", "flatten"), *ends]
    network = parse_network(describe_model(layers=layers))
    logits, last = network.layers[-2:]
    assert (logits.name, logits.kind, logits.settings["activation"]) == (
        "logits",
        "Dense",
        "linear",
    )
    assert (last.kind, last.output_shape) == ("Softmax", (10,))
    assert network.entries["logits"].name == "dense_2"


END = describe_dense("end", 10)
FLATTEN = describe_layer("Flatten", "flat")
CONVOLUTION = describe_convolution("conv")
RESCALING = describe_layer("Rescaling", "scaled", scale=1 / 255, offset=0.0)


def reshape(*target):
    """Return a layer that reshapes."""
    return describe_layer("Reshape", "reshape", target_shape=list(target))


@pytest.mark.parametrize(
    ("shape", "layers", "kinds"),
    [
        ((28, 28), [FLATTEN, END], ["Flatten", "Dense"]),
        ((784,), [END], ["Flatten", "Dense"]),
        ((784,), [RESCALING, END], ["Rescaling", "Flatten", "Dense"]),
        ((784,), [reshape(28, 28, 1), CONVOLUTION, FLATTEN, END], ["Conv2D", "Flatten", "Dense"]),
        (
            (28, 28),
            [RESCALING, reshape(-1, 28, 1), CONVOLUTION, FLATTEN, END],
            ["Rescaling", "Conv2D", "Flatten", "Dense"],
        ),
        ((28, 28), [reshape(784), END], ["Flatten", "Dense"]),
        ((28, 28, 1), [describe_layer("RandomZoom", "zoom"), FLATTEN, END], ["Flatten", "Dense"]),
    ],
)
def test_every_shape_of_28_by_28_pixels_becomes_the_apps_own(shape, layers, kinds):
    """The pixels keep their order, so that only the shapes change."""
    network = parse_network(describe_model(layers=[describe_input(*shape), *layers]))
    assert network.input_shape == (28, 28, 1)
    assert [layer.kind for layer in network.layers] == [*kinds, "Softmax"]


@pytest.mark.parametrize(
    ("layer", "reason"),
    [
        (describe_layer("LSTM", "lstm", units=8), "lstm is a LSTM, which this app does not"),
        (describe_layer("BatchNormalization", "norm", **NORMALIZATION), "without a channel axis"),
        (describe_dense("dense", 8), "takes an input of 1 axes; it gets 2"),
        (reshape(14, 56), r"reshapes the image to \(14, 56\)"),
    ],
)
def test_a_layer_that_takes_the_rows_of_an_image_is_refused(layer, reason):
    """Layers that see an image as 28 rows of 28 numbers."""
    layers = [describe_input(28, 28), layer, FLATTEN, END]
    with pytest.raises(KerasFileError, match=reason):
        parse_network(describe_model(layers=layers))


@pytest.mark.parametrize("setting", ["negative_slope", "alpha"])
def test_a_leaky_relu_with_the_usual_slope_is_an_activation(setting):
    """Keras 2 and 3 name it differently; another slope is refused with its value."""
    leaky = describe_layer("LeakyReLU", "leaky", **{setting: 0.2})
    layer = parse_network(describe_model(leaky)).layers[0]
    assert (layer.kind, layer.settings) == ("Activation", {"activation": "leaky_relu"})
    leaky["config"][setting] = 0.3
    with pytest.raises(KerasFileError, match=r"slope “0\.3”; the pages explain"):
        parse_network(describe_model(leaky))


def test_models_inside_a_model_are_opened():
    """Their layers follow in order, and their weights are found in the folders of their models."""
    inner = describe_model(layers=[describe_input(28, 28, 1), describe_convolution("conv")])
    inner["config"]["name"] = "inner"
    layers = [describe_input(28, 28, 1), inner, deepcopy(inner), FLATTEN, END]
    network = parse_network(describe_model(layers=layers))
    assert [layer.name for layer in network.layers[:3]] == ["conv", "conv_1", "flat"]
    assert network.entries["conv"].folder == "layers/sequential/layers/conv2d"
    assert network.entries["conv_1"].folder == "layers/sequential_1/layers/conv2d"
    assert network.entries["conv_1"].models == ("inner",)


def test_files_of_keras_2_are_read():
    """The input's shape, the connections, the types and the modules had another form."""
    config = connect(describe_model(describe_layer("ReLU", "relu", negative_slope=0.0)))
    layers = config["config"]["layers"]
    image = layers[0]["config"]
    image["batch_input_shape"] = image.pop("batch_shape")
    for layer in layers:
        del layer["module"]
        layer["config"]["dtype"] = {"class_name": "Policy", "config": {"name": "mixed_float16"}}
    image["dtype"] = "float32"
    for before, layer in pairwise(layers):
        layer["inbound_nodes"] = [[[before["config"]["name"], 1, 0, {}]]]
    config["config"] |= {"input_layers": [["image", 0, 0]]}
    assert parse_network(config).layers[-2].name == "logits"


def test_an_operation_with_a_constant_is_named():
    """As in x / 255 between the layers of a functional model."""
    config = connect(describe_model())
    divided = config["config"]["layers"][1]
    divided |= {"class_name": "TrueDivide"}
    divided["inbound_nodes"][0]["args"].append(255.0)
    with pytest.raises(KerasFileError, match=r"“TrueDivide”.*Use a Rescaling layer"):
        parse_network(config)


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("a/b", "a_b"),
        ("images", "images_1"),
        ("image", "image_1"),
        ("logits", "logits_1"),
        ("x" * 99, "x" * 64),
        ("\ud800", "_"),
        ("", "Flatten"),
        ("end", "end"),
    ],
)
def test_a_name_that_is_not_fit_for_the_pages_is_changed(given, expected):
    """The file's name stays known, by which the weights are found."""
    layers = [describe_input(28, 28, 1), describe_layer("Flatten", given), END]
    network = parse_network(describe_model(layers=layers))
    assert network.layers[0].name == expected
    assert network.entries[expected].name == given


@pytest.mark.parametrize("name", ["../escape", "a/b", "", None, 3, "two\nlines", ".hidden"])
def test_a_model_name_that_is_not_fit_for_a_file_is_replaced(name):
    """The name becomes a folder in the zip for TensorFlow Serving."""
    config = describe_model()
    config["config"]["name"] = name
    assert parse_network(config).name == "network"


@pytest.mark.parametrize(
    "config",
    [
        {},
        {"class_name": "Sequential", "config": None},
        {"class_name": "Sequential", "config": {"layers": []}},
        {"class_name": "Functional", "config": {"layers": [{}], "input_layers": []}},
        {"class_name": ["Sequential"], "config": {}},
        {"class_name": "Bidirectional", "config": {}},
    ],
)
def test_another_structure_is_refused(config):
    """A configuration without what Keras writes does not end in another exception."""
    with pytest.raises(KerasFileError):
        parse_network(config)


POOLING = {
    "pool_size": [2, 2],
    "strides": [2, 2],
    "padding": "valid",
    "data_format": "channels_last",
}
ALL_KINDS = (
    describe_convolution("convolution"),
    describe_layer("BatchNormalization", "normalization", **NORMALIZATION),
    describe_layer("MaxPooling2D", "pooling", **POOLING),
    describe_layer("Rescaling", "rescaling", scale=1.0, offset=0.0),
    describe_layer("Dropout", "dropout", rate=0.5),
)
NUMBERS = [True, -1, 0, 28, 1e308, float("nan"), 10**400]
TEXTS = ["", "x" * 5000, "\ud800", "Conv2D", "keras"]
LISTS = [[], [[]], [28, 28], [None] * 5, ["image", 0, 0]]
VALUES = st.sampled_from([None, {}, {"a": 1}, *NUMBERS, *TEXTS, *LISTS])


def list_paths(value, path=()):
    """Yield the keys that lead to each value inside nested lists and dictionaries."""
    keys = value if isinstance(value, dict) else range(len(value) if type(value) is list else 0)
    for key in keys:
        yield (*path, key)
        yield from list_paths(value[key], (*path, key))


@settings(max_examples=150, suppress_health_check=list(HealthCheck))
@given(data=st.data(), functional=st.booleans())
def test_no_value_in_a_configuration_escapes_the_checks(data, functional):
    """Any value in the place of any other is refused with one line, or read."""
    text = json.dumps(describe_model(*ALL_KINDS))
    config = connect(json.loads(text)) if functional else json.loads(text)
    *path, last = data.draw(st.sampled_from(list(list_paths(config))))
    changed = config
    for key in path:
        changed = changed[key]
    changed[last] = data.draw(VALUES)
    try:
        network = parse_network(config)
    except KerasFileError as error:
        assert str(error).isprintable()
        assert len(str(error)) < 500
    else:
        assert network.layers[-1].output_shape == (10,)
