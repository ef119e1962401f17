"""Tests of mnist_core.inference.onnx_import: files are rebuilt and compared with the given ones."""

import numpy as np
import onnx
import pytest

from benchmarks import onnx_files as foreign
from mnist_core.inference.layer_rules import LayerError
from mnist_core.inference.onnx_import import rebuild, rebuild_model
from mnist_core.inference.onnx_model import ModelError
from mnist_core.inference.onnx_parser import ForeignModelError


def test_a_file_of_the_app_is_rebuilt_as_it_is() -> None:
    """The same bytes, since both were written by the same code."""
    assert rebuild(foreign.COMPACT) == foreign.COMPACT


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
