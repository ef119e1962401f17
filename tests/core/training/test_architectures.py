"""The registry of networks, and what their descriptions promise."""

import re

import pytest

from mnist_core.training import architectures as networks
from mnist_core.training.architectures import NETWORKS, UnknownNetworkError, get_network

# Other tests may have registered networks of their own.
OURS = [name for name, network in NETWORKS.items() if network.build.__module__ == networks.__name__]


@pytest.mark.parametrize("name", OURS)
def test_the_description_counts_the_parameters_rightly(name: str) -> None:
    """The number in the docstring is Keras's own."""
    network = get_network(name)
    promised = re.search(r"([\d,]+) parameters", network.build.__doc__ or "")
    assert promised
    assert network.build().count_params() == int(promised[1].replace(",", ""))


@pytest.mark.parametrize("name", OURS)
def test_the_description_lists_the_layers_with_their_shapes(name: str) -> None:
    """Each line of the docstring names a layer and its output's shape."""
    network = get_network(name)
    shapes = {layer.name: layer.output.shape[1:] for layer in network.build().layers}
    lines = re.findall(r"^ {4}(\w+(?:, \w+)*) {2,}([\d,]+(?: × \d+)*)", network.build.__doc__, re.M)
    described = {
        layer: tuple(int(side.replace(",", "")) for side in shape.split(" × "))
        for layers, shape in lines
        for layer in layers.split(", ")
    }
    assert described.pop("input") == (28, 28, 1)
    assert described == shapes


@pytest.mark.parametrize("name", OURS)
def test_every_network_ends_in_ten_logits_and_their_softmax(name: str) -> None:
    """Training takes the loss from the logits, the app shows the probabilities."""
    model = get_network(name).build()
    assert [layer.name for layer in model.layers[-2:]] == ["logits", "probabilities"]
    assert model.output_shape == (None, 10)
    assert get_network(name).defaults.model == name


def test_an_unknown_network_is_named_with_those_that_exist() -> None:
    """The message says what can be chosen."""
    with pytest.raises(UnknownNetworkError, match=r"“gigantic”.*compact.*tutorial"):
        get_network("gigantic")
