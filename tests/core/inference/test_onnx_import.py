"""Tests of mnist_core.inference.onnx_import: files are rebuilt and compared with the given ones."""

from pathlib import Path

import numpy as np
import onnx
import pytest

from benchmarks import onnx_files as foreign
from mnist_core.inference.layer_rules import LayerError
from mnist_core.inference.onnx_graph import INPUT
from mnist_core.inference.onnx_import import rebuild, rebuild_model
from mnist_core.inference.onnx_model import ModelError, open_session
from mnist_core.inference.onnx_parser import ForeignModelError
from mnist_core.layer_designs import Conv2D, Flatten
from tests.random_network import write_random_network


def test_a_file_of_the_app_is_rebuilt_as_it_is() -> None:
    """The same bytes, since both were written by the same code."""
    own = rebuild(foreign.COMPACT)
    assert rebuild(own) == own


def test_strides_larger_than_the_kernel_are_those_of_keras(tmp_path: Path) -> None:
    """Earlier versions let ONNX Runtime choose the padding, which then crops the image."""
    layer = Conv2D(4, 3, strides=7, padding="same")
    write_random_network(tmp_path / "model.onnx", layer, Flatten())
    own = (tmp_path / "model.onnx").read_bytes()

    def write_as_earlier(model: onnx.ModelProto) -> None:
        for node in model.graph.node:
            for attribute in node.attribute:
                if attribute.name == "pads":
                    attribute.CopyFrom(onnx.helper.make_attribute("auto_pad", "SAME_UPPER"))

    earlier = foreign.change(write_as_earlier, own)
    image = {INPUT: np.random.default_rng(0).random((1, 28, 28, 1), np.float32)}
    found, cropped = (open_session(each).run(["conv"], image)[0] for each in (own, earlier))
    assert not np.allclose(found, cropped, atol=1e-2)
    assert rebuild(earlier) == own


def test_what_was_added_is_left_behind() -> None:
    """Documentation, unused tensors and further metadata are not taken over."""

    def add(model: onnx.ModelProto) -> None:
        model.doc_string = model.graph.doc_string = "secret"
        model.graph.initializer.append(onnx.numpy_helper.from_array(np.zeros(9), "secret"))
        model.metadata_props.add(key="secret", value='"secret"')

    assert b"secret" not in rebuild(foreign.change(add))


LIES = {
    "no logits": foreign.set_layer(-2, name="predictions"),
    "an activation": foreign.set_setting(-3, activation="linear"),
    "an epsilon": foreign.set_setting(1, epsilon=0.5),
    "a layer left out": foreign.describe(
        lambda described: described.update(
            layers=[each for each in described["layers"] if each["name"] != "relu1"]
        )
    ),
    "no node": foreign.change(lambda model: model.graph.ClearField("node")),
    "a large value": foreign.grow(700),
    "shapes that do not fit": foreign.add_node("MatMul", "images", "images"),
    "another input": foreign.change(lambda model: model.graph.input.add(name="more")),
    "another output": foreign.change(lambda model: model.graph.output.add(name="more")),
}


@pytest.mark.parametrize("content", LIES.values(), ids=LIES)
def test_a_file_that_computes_something_else_is_rejected(content: bytes) -> None:
    """Its description is compared with its graph."""
    with pytest.raises((ForeignModelError, LayerError)) as caught:
        rebuild(content)
    assert str(caught.value).endswith(".")


def test_the_message_names_the_file_and_the_reason() -> None:
    """One message for the page."""
    with pytest.raises(ModelError, match=r"^a\.onnx cannot be used .* operator Loop.* Choose"):
        rebuild_model("a.onnx", foreign.loop_without_end())
