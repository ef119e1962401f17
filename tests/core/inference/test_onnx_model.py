"""Tests of mnist_core.inference.onnx_model: few images and many give the same outputs."""

import numpy as np
import pytest

from mnist_core.inference.onnx_model import BATCH_SIZE, MANY, PRETRAINED, OnnxModel


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
