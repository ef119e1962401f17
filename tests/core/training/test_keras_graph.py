"""Tests of mnist_core.training.keras_graph: the order of the layers."""

import copy

import pytest

from benchmarks.keras_files import connect, describe_convolution, describe_model
from mnist_core.training.keras_archive import KerasFileError
from mnist_core.training.keras_config import parse_network


def test_a_functional_chain_is_put_in_order():
    """The order of the list does not matter, the connections do."""
    config = connect(describe_model(describe_convolution("first")))
    expected = parse_network(copy.deepcopy(config))
    layers = config["config"]["layers"]
    layers[1:] = layers[:0:-1]
    assert parse_network(config) == expected
    assert [layer.name for layer in expected.layers][:2] == ["first", "flatten"]


def test_a_network_without_input_layer_is_read():
    """The shape then comes from the one that the model was built with."""
    config = describe_model()
    del config["config"]["layers"][0]
    config["config"]["build_input_shape"] = [None, 28, 28, 1]
    assert parse_network(config).input_shape == (28, 28, 1)


def test_branches_are_refused():
    """A layer of two inputs, one output used twice, and a loop."""
    layers = (describe_convolution("first"), describe_convolution("second"))
    for sources in (
        [["image"], ["first"], ["first", "second"], ["flatten"], ["logits"]],
        [["image"], ["image"], ["second"], ["flatten"], ["logits"]],
        [["second"], ["first"], ["image"], ["flatten"], ["logits"]],
    ):
        with pytest.raises(KerasFileError, match="branches at the layer"):
            parse_network(connect(describe_model(*copy.deepcopy(layers)), *sources))
