"""Tests of mnist_core.training.architectures and model_builders: layers and parameter counts."""

import re

import pytest

from mnist_core.training import model_builders
from mnist_core.training.architectures import NETWORKS, UnknownNetworkError, get_network

pytestmark = pytest.mark.slow

# Other tests may have registered further networks.
OURS = [
    name
    for name, network in NETWORKS.items()
    if network.build.__module__ == model_builders.__name__
]


@pytest.mark.parametrize("name", OURS)
def test_the_docstring_gives_the_parameter_count(name: str) -> None:
    """The number is the one that Keras counts."""
    network = get_network(name)
    promised = re.search(r"([\d,]+) parameters", network.build.__doc__ or "")
    assert promised
    assert network.build().count_params() == int(promised[1].replace(",", ""))


@pytest.mark.parametrize("name", OURS)
def test_the_docstring_lists_the_layers_with_their_shapes(name: str) -> None:
    """Each line names a layer and its output's shape."""
    network = get_network(name)
    shapes = {layer.name: layer.output.shape[1:] for layer in network.build().layers}
    lines = re.findall(
        r"^ {4}(\w+(?:, \w+)*) {2,}([\d,]+(?: × \d+)*)", network.build.__doc__ or "", re.M
    )
    described = {
        layer: tuple(int(side.replace(",", "")) for side in shape.split(" × "))
        for layers, shape in lines
        for layer in layers.split(", ")
    }
    assert described.pop("input") == (28, 28, 1)
    assert described == shapes


@pytest.mark.parametrize("name", OURS)
def test_every_network_ends_in_ten_logits_and_their_softmax(name: str) -> None:
    """Training computes the loss from the logits; the app shows the probabilities."""
    model = get_network(name).build()
    assert [layer.name for layer in model.layers[-2:]] == ["logits", "probabilities"]
    assert model.output_shape == (None, 10)
    assert get_network(name).defaults.model == name


def test_an_unknown_name_raises() -> None:
    """The message lists the networks that exist."""
    with pytest.raises(UnknownNetworkError, match=r"“gigantic”.*compact.*tutorial"):
        get_network("gigantic")
