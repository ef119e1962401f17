"""Tests of mnist_core.network_design: designs as JSON, and rejected values."""

import json
from typing import Any

import pytest

from mnist_core.layer_designs import (
    LAYER_TYPES,
    ActivationLayer,
    AveragePooling2D,
    BatchNormalization,
    Conv2D,
    Dense,
    DesignError,
    Dropout,
    Flatten,
    GlobalAveragePooling2D,
    MaxPooling2D,
    layer_from_dict,
)
from mnist_core.messages import PSEUDO_LANGUAGE, Message
from mnist_core.network_design import MAX_DESIGN_LAYERS, MAX_FILE_BYTES, NetworkDesign

EVERY_TYPE = NetworkDesign(
    (
        Conv2D(8, 5, strides=2, padding="same", activation="gelu", batch_normalization=True),
        BatchNormalization(),
        ActivationLayer("tanh"),
        MaxPooling2D(3, strides=1),
        AveragePooling2D(2, padding="same"),
        Dropout(0.5),
        GlobalAveragePooling2D(),
        Dense(20, activation="leaky_relu"),
        Flatten(),
    )
)


def test_a_design_survives_a_round_trip_through_json() -> None:
    """Every type of layer is in it, and no setting has its default only."""
    assert NetworkDesign.from_json(EVERY_TYPE.to_json()) == EVERY_TYPE
    assert {type(layer) for layer in EVERY_TYPE.layers} == set(LAYER_TYPES.values())


def test_the_json_is_that_of_the_documentation() -> None:
    """Its form is a promise to files and links that exist."""
    assert json.loads(NetworkDesign((Conv2D(), ActivationLayer("relu"))).to_json()) == {
        "version": 1,
        "layers": [
            {
                "type": "Conv2D",
                "filters": 32,
                "kernel_size": 3,
                "strides": 1,
                "padding": "valid",
                "activation": "relu",
                "batch_normalization": False,
            },
            {"type": "Activation", "activation": "relu"},
        ],
    }


def test_a_setting_that_is_left_out_has_its_default() -> None:
    """So files written by hand can be short."""
    assert layer_from_dict({"type": "Dense", "units": 10}) == Dense(10)


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"type": "Conv2D", "filters": 0}, "number of filters must be .* from 1 to 256, not 0"),
        ({"type": "Conv2D", "filters": True}, "number of filters .* not True"),
        ({"type": "Conv2D", "filters": 8.0}, "number of filters .* not 8.0"),
        ({"type": "Conv2D", "kernel_size": [3, 3]}, r"kernel size .* not \[3, 3\]"),
        ({"type": "Conv2D", "padding": "full"}, "padding must be one of valid, same, not 'full'"),
        ({"type": "Conv2D", "padding": {}}, "padding must be one of"),
        ({"type": "Conv2D", "activation": "softmax"}, "activation must be one of linear, relu"),
        ({"type": "Conv2D", "batch_normalization": 1}, "must be true or false, not 1"),
        ({"type": "MaxPooling2D", "strides": 29}, "stride must be .* from 1 to 28, not 29"),
        ({"type": "AveragePooling2D", "pool_size": -1}, "pool size .* not -1"),
        ({"type": "Activation", "activation": "linear"}, "one of relu, leaky_relu"),
        ({"type": "Dropout", "rate": 1}, "rate must be a number from 0 to 0.9, not 1"),
        ({"type": "Dropout", "rate": float("nan")}, "rate .* not nan"),
        ({"type": "Dropout", "rate": "0.5"}, "rate .* not '0.5'"),
        ({"type": "Dense", "units": 1025}, "number of units .* 1,024, not 1025"),
        ({"type": "Dense", "bias": 1}, "settings units, activation; bias is not one of them"),
        ({"type": "Flatten", "x": 1}, "A layer Flatten has no settings; x is not one of them"),
        ({"type": "LSTM"}, "type must be one of Conv2D, .*, not 'LSTM'"),
        ({"type": ["Dense"]}, "type must be one of"),
        ("Dense", "type must be one of"),
    ],
)
def test_impossible_layers_are_rejected(values: Any, message: str) -> None:
    """The message says what is expected and what was given."""
    with pytest.raises(DesignError, match=message):
        layer_from_dict(values)


@pytest.mark.parametrize("setting", ["kernel_size", "strides", "padding", "activation"])
def test_the_name_of_a_setting_can_be_translated(setting: str) -> None:
    """It is a message within the message."""
    with pytest.raises(DesignError) as raised:
        layer_from_dict({"type": "Conv2D", setting: None})
    text = str(raised.value)
    assert isinstance(text, Message)
    assert text.in_language(PSEUDO_LANGUAGE).startswith("⟦The ⟦")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("{", "not JSON"),
        ("[" * 5000, "not JSON|JSON object"),
        (b"\xff\xfe", "not JSON"),
        ("[]", "expected a JSON object"),
        ('{"version": 1, "layers": {}}', "expected a JSON object"),
        ('{"version": 2, "layers": []}', "version of the network must be 1, not 2"),
        ('{"version": 1, "layers": [], "weights": 3}', "unknown entries: weights"),
        ('{"version": 1, "layers": [{"type": "Flatten"}, 3]}', "Layer 1 of the network: Its type"),
        (" " * (MAX_FILE_BYTES + 1), "at most 20,000 bytes; this file has 20,001"),
    ],
)
def test_files_that_are_not_designs_are_rejected(content: str | bytes, message: str) -> None:
    """Each with one sentence on what was wrong."""
    with pytest.raises(DesignError, match=message):
        NetworkDesign.from_json(content)


def test_the_number_of_layers_is_limited() -> None:
    """By the design itself and for what a file gives."""
    with pytest.raises(DesignError, match=f"can have {MAX_DESIGN_LAYERS} layers"):
        NetworkDesign((Dropout(),) * (MAX_DESIGN_LAYERS + 1))
    layers = [{"type": "nonsense"}] * (MAX_DESIGN_LAYERS + 1)
    with pytest.raises(DesignError, match="this one has 31"):
        NetworkDesign.from_dict({"version": 1, "layers": layers})


def test_an_endless_number_is_refused_as_a_rate() -> None:
    """JSON has whole numbers that no floating point number can hold."""
    text = '{"version": 1, "layers": [{"type": "Dropout", "rate": 1%s}]}' % ("0" * 400)
    with pytest.raises(DesignError, match="The rate must be a number from 0 to"):
        NetworkDesign.from_json(text)
