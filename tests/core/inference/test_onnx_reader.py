"""Tests of mnist_core.inference.onnx_reader: what is taken from a foreign file."""

import math
from pathlib import Path

import numpy as np
import onnx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks import onnx_files as foreign
from mnist_core.inference.classifier import Classifier
from mnist_core.inference.layer_rules import LayerError
from mnist_core.inference.onnx_parser import ForeignModelError
from mnist_core.inference.onnx_reader import read_network


def store_weights_outside(model: onnx.ModelProto) -> None:
    """Take the first weights of a model from another file."""
    tensor = model.graph.initializer[0]
    tensor.ClearField("raw_data")
    tensor.data_location = onnx.TensorProto.EXTERNAL
    tensor.external_data.add(key="location", value="secrets.toml")


HOSTILE = {
    "weights in another file": foreign.change(store_weights_outside),
    "a loop": foreign.loop_without_end(),
    "an unknown operator": foreign.add_node("ReduceMax", "images"),
    "an operator of another domain": foreign.add_node("Add", "images", "images", domain="custom"),
    "a tensor as an attribute": foreign.add_node(
        "Reshape", "images", axes=onnx.numpy_helper.from_array(np.zeros(3))
    ),
    "an unknown attribute": foreign.add_node("Relu", "images", path="/etc/passwd"),
    "functions": foreign.change(lambda model: model.functions.add()),
    "training steps": foreign.change(lambda model: model.training_info.add()),
    "a sparse tensor": foreign.change(lambda model: model.graph.sparse_initializer.add()),
    "many nodes": foreign.change(lambda model: [model.graph.node.add() for _ in range(2001)]),
    "no metadata": foreign.change(lambda model: model.ClearField("metadata_props")),
    "a list as metadata": foreign.describe(lambda described: described.update(layers={})),
    "no layers": foreign.describe(lambda described: described.update(layers=[])),
    "a layer of text": foreign.describe(lambda described: described.update(layers=["conv"])),
    "an unknown kind": foreign.set_layer(0, kind="Lambda"),
    "another kind": foreign.set_layer(0, kind="Dense"),
    "a name that is no text": foreign.set_layer(0, name=3),
    "a name with a line break": foreign.set_layer(0, name="a\nb"),
    "a name twice": foreign.set_layer(0, name="norm1"),
    "another output shape": foreign.set_layer(0, output_shape=[1, 1, 1]),
    "a shape of text": foreign.set_layer(0, output_shape="abc"),
    "another parameter count": foreign.set_layer(0, parameters=1),
    "an endless count": foreign.set_layer(0, parameters=math.inf),
    "weights of another layer": foreign.set_layer(0, weights=["compact/conv2/kernel"]),
    "weights that are not there": foreign.set_layer(0, weights=["nothing"]),
    "too few weights": foreign.set_layer(0, weights=[]),
    "more filters": foreign.set_setting(0, filters=10**6),
    "another stride": foreign.set_setting(0, strides=[1, 1]),
    "settings of another type": foreign.set_layer(0, settings=[]),
    "another input": foreign.change(lambda model: model.graph.input.add(name="more")),
}


@pytest.mark.parametrize("content", HOSTILE.values(), ids=HOSTILE)
def test_what_the_app_does_not_write_is_rejected(content: bytes) -> None:
    """With a sentence, before anything is run."""
    with pytest.raises((ForeignModelError, LayerError)) as caught:
        read_network(content)
    assert str(caught.value).endswith(".") and "\n" not in str(caught.value)


@pytest.mark.parametrize("content", HOSTILE.values(), ids=HOSTILE)
def test_a_classifier_of_such_a_file_is_not_loaded(content: bytes, tmp_path: Path) -> None:
    """Folders of runs are read with the same care."""
    path = tmp_path / "model.onnx"
    path.write_bytes(content)
    with pytest.raises(Exception, match="cannot be used as a model"):
        Classifier.load(path)


def test_layers_and_weights_are_those_of_the_file() -> None:
    """A file of the app gives its own layers, with the weights under their names."""
    network = read_network(foreign.COMPACT)
    classifier = Classifier.load(foreign.PRETRAINED / "compact.onnx")
    assert network.layers == classifier.layers
    assert network.values == {"temperature": classifier.temperature}
    for name, weight in classifier.weights.items():
        np.testing.assert_array_equal(network.weights[name], weight)


@pytest.mark.parametrize("value", [True, False, 1, "yes", None, []])
def test_only_true_says_that_a_network_was_taught(value: object) -> None:
    """Whatever else a file says."""
    network = read_network(foreign.describe(lambda described: described.update(taught=value)))
    assert network.values.get("taught", False) is (value is True)


def test_the_graph_of_a_file_is_not_run(tmp_path: Path) -> None:
    """Without any node, the file classifies as before: the graph is built from its layers."""
    path = tmp_path / "model.onnx"
    path.write_bytes(foreign.change(lambda model: model.graph.ClearField("node")))
    image = np.random.default_rng(0).random((1, 28, 28), np.float32)
    own = Classifier.load(foreign.PRETRAINED / "compact.onnx")
    np.testing.assert_allclose(Classifier.load(path).logits(image), own.logits(image), atol=1e-5)


def test_names_that_are_no_text_are_refused() -> None:
    """Protobuf reads them as bytes."""
    content = foreign.change(lambda model: None).replace(b"Conv", b"Co\x80v")
    with pytest.raises(ForeignModelError, match="Co\ufffdv"):
        read_network(content)


@settings(max_examples=60)
@given(st.data())
def test_a_damaged_file_raises_no_other_error(data: st.DataObject) -> None:
    """Bytes are replaced, cut out or added anywhere in the description and the nodes."""
    small = foreign.change(
        lambda model: [t.ClearField("raw_data") for t in model.graph.initializer]
    )
    start = data.draw(st.integers(0, len(small)))
    end = data.draw(st.integers(start, min(len(small), start + 40)))
    content = small[:start] + data.draw(st.binary(max_size=40)) + small[end:]
    with pytest.raises((ForeignModelError, LayerError)):
        read_network(content)
