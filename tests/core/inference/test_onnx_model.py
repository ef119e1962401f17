"""Tests of mnist_core.inference.onnx_model: outputs of few and many images, and errors."""

import math
from dataclasses import replace
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
import onnxruntime
import pytest

from mnist_core.inference.layer_rules import LayerError
from mnist_core.inference.onnx_model import (
    BATCH_SIZE,
    BATCH_VALUES,
    MANY,
    MAX_SESSIONS,
    PRETRAINED,
    ModelError,
    OnnxModel,
    explain_damage,
)
from mnist_core.layer_designs import Conv2D, GlobalAveragePooling2D
from mnist_core.messages import PSEUDO_LANGUAGE, Message, message
from tests.random_network import write_random_network


@pytest.mark.parametrize("name", ["accurate", "compact"])
def test_many_images_give_the_same_outputs_as_few(name: str) -> None:
    """A graph with fewer outputs is run for many images, in batches, in the same order."""
    model = OnnxModel(PRETRAINED / f"{name}.onnx")
    inputs = np.random.default_rng(0).random((MANY + BATCH_SIZE // 2, 28, 28, 1), np.float32)
    wanted = ["logits", model.layers[-3].name]
    many = model.run(inputs, wanted)
    few = [model.run(inputs[start : start + 150], wanted) for start in range(0, len(inputs), 150)]
    for ours, theirs in zip(many, zip(*few, strict=True), strict=True):
        np.testing.assert_allclose(ours, np.concatenate(theirs), atol=1e-4)


class Recorder(onnxruntime.InferenceSession):
    """A session that notes how many images it gets at a time.

    Attributes:
        sizes: These numbers, for each session that was opened.
    """

    sizes: ClassVar[list[list[int]]] = []

    def __init__(self, *about: Any, **options: Any) -> None:
        super().__init__(*about, **options)
        self.own: list[int] = []
        self.sizes.append(self.own)

    def run(self, outputs: list[str], inputs: dict[str, np.ndarray]) -> list[np.ndarray]:
        """Run the network."""
        self.own += map(len, inputs.values())
        return super().run(outputs, inputs)


@pytest.mark.parametrize("count", [MANY - 1, MANY])
@pytest.mark.parametrize("outputs", [["logits"], ["conv", "average", "logits", "probabilities"]])
def test_batches_are_small_where_layers_have_many_values(
    count: int, outputs: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They give what each image gives alone."""
    write_random_network(tmp_path / "model.onnx", Conv2D(16), GlobalAveragePooling2D())
    monkeypatch.setattr(onnxruntime, "InferenceSession", Recorder)
    model = OnnxModel(tmp_path / "model.onnx")
    inputs = np.random.default_rng(0).random((count, 28, 28, 1), np.float32)
    results = model.run(inputs, outputs)
    sizes = Recorder.sizes[-1]
    assert sum(sizes) == count == len(results[0])
    assert 1 < sizes[0] == max(sizes) <= BATCH_VALUES / (26 * 26 * 16)
    for ours, alone in zip(results, model.run(inputs[-1:], outputs), strict=True):
        np.testing.assert_allclose(ours[-1:], alone, atol=1e-5)


def test_the_batch_is_chosen_by_the_values_that_are_in_memory() -> None:
    """The largest layer's, or those of all layers; never more than `BATCH_SIZE`, never none."""
    model = OnnxModel(PRETRAINED / "compact.onnx")
    sizes = {layer.name: math.prod(layer.output_shape) for layer in model.layers}
    assert model.choose_batch_size(MANY, ["logits"]) == BATCH_VALUES // max(sizes.values())
    everything = BATCH_VALUES // sum(sizes.values())
    assert model.choose_batch_size(MANY, list(sizes)) == everything
    assert model.choose_batch_size(1, ["logits"]) == everything
    model.layers = (replace(model.layers[0], output_shape=(10,)),)
    assert model.choose_batch_size(MANY, []) == BATCH_SIZE
    model.layers = (replace(model.layers[0], output_shape=(BATCH_VALUES + 1,)),)
    assert model.choose_batch_size(MANY, []) == 1


def test_few_sessions_are_kept() -> None:
    """Each holds the weights. The oldest one is opened again when it is needed."""
    model = OnnxModel(PRETRAINED / "compact.onnx")
    inputs = np.random.default_rng(0).random((MANY, 28, 28, 1), np.float32)
    first = model.run(inputs, ["logits"])
    for layer in model.layers[: MAX_SESSIONS + 1]:
        model.run(inputs, [layer.name])
        assert len(model._sessions) <= MAX_SESSIONS
    np.testing.assert_array_equal(model.run(inputs, ["logits"]), first)


def test_the_error_about_a_missing_file_can_be_translated(tmp_path: Path) -> None:
    """It names the path."""
    with pytest.raises(ModelError, match=r"no model file at .*gone\.onnx") as raised:
        OnnxModel(tmp_path / "gone.onnx")
    assert isinstance(str(raised.value), Message)


def test_the_reason_of_a_damage_can_be_translated() -> None:
    """The failure and its reason are two sentences of one message."""
    with (
        pytest.raises(ModelError, match=r"^It failed\. It is odd\.$") as raised,
        explain_damage(message("It failed.")),
    ):
        raise LayerError(message("It is odd."))
    text = str(raised.value)
    assert isinstance(text, Message)
    assert text.in_language(PSEUDO_LANGUAGE) == "⟦⟦It failed.⟧ ⟦It is odd.⟧⟧"
