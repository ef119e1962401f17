"""Tests of mnist_core.training.architectures: layers, parameter counts and the comments on them."""

import inspect
import re

import pytest

from mnist_core.config import OWN, TrainingConfig
from mnist_core.inference.network_plan import plan_network
from mnist_core.layer_designs import Conv2D, Flatten
from mnist_core.network_design import NetworkDesign
from mnist_core.training import architectures
from mnist_core.training.architectures import (
    NETWORKS,
    UnknownNetworkError,
    find_design,
    get_network,
)

OURS = ("compact", "swift", "accurate", "tutorial")
LAYERS = {
    "tutorial": "conv pool dropout flatten dense logits probabilities",
    "compact": "conv1 norm1 relu1 conv2 norm2 relu2 pool2 conv3 norm3 relu3 pool3 flatten dropout "
    "dense logits probabilities",
    "swift": "conv1 conv2 pool2 norm2 relu2 conv3 norm3 relu3 flatten logits probabilities",
    "accurate": "conv1 norm1 relu1 conv2 norm2 relu2 pool2 conv3 norm3 relu3 pool3 conv4 norm4 "
    "relu4 conv5 norm5 relu5 conv6 norm6 relu6 pool6 flatten dropout dense logits probabilities",
}


def read_source(name: str) -> str:
    """Return the lines of a network's design, with the comment before it."""
    source = inspect.getsource(architectures)
    start = source.index(f"{name.upper()} = NetworkDesign(")
    end_of_previous = source.rindex("\n)\n", 0, start) if "\n)\n" in source[:start] else 0
    return source[end_of_previous : source.index("\n)\n", start)]


@pytest.mark.parametrize("name", OURS)
def test_the_comments_give_the_shapes_and_the_parameter_count(name: str) -> None:
    """Each line of a design ends with the shape of its output."""
    plan = plan_network(get_network(name).design)
    source = read_source(name)
    shapes = re.findall(r"^ {8}\w+\(.*\),  # ([\d, ×]+)$", source, re.M)
    assert [
        tuple(int(side.replace(",", "")) for side in shape.split(" × ")) for shape in shapes
    ] == [each.output_shape for each in plan.planned]
    assert f"{plan.parameters:,} parameters" in source


@pytest.mark.parametrize("name", OURS)
def test_the_names_of_the_layers_are_those_of_the_shipped_weights(name: str) -> None:
    """The last two give the ten logits and their softmax."""
    assert [layer.name for layer in plan_network(get_network(name).design).layers] == LAYERS[
        name
    ].split()
    assert get_network(name).defaults.model == name


@pytest.mark.slow
@pytest.mark.parametrize("name", OURS)
def test_keras_computes_the_planned_shapes_and_counts(name: str) -> None:
    """Shapes, parameters and names of all layers agree with the built model."""
    model, plan = get_network(name).build(), plan_network(get_network(name).design)
    assert model.count_params() == plan.parameters
    assert [(layer.name, layer.output.shape[1:]) for layer in model.layers] == [
        (layer.name, layer.output_shape) for layer in plan.layers
    ]


def test_the_design_of_a_configuration_is_its_own_or_that_of_its_network() -> None:
    """A network of one's own has no entry among the named ones."""
    design = NetworkDesign((Conv2D(), Flatten()))
    assert find_design(TrainingConfig(model=OWN, design=design)) == design
    assert find_design(TrainingConfig(model="swift")) == NETWORKS["swift"].design
    assert OWN not in NETWORKS


def test_an_unknown_name_raises() -> None:
    """The message lists the networks that exist."""
    with pytest.raises(UnknownNetworkError, match=r"“gigantic”.*compact.*tutorial"):
        get_network("gigantic")
