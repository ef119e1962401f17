"""Tests of mnist_core.evaluation.input_scale: which pixels a network was trained on."""

import numpy as np
import pytest

from mnist_core.datasets.mnist import Split, load_mnist
from mnist_core.evaluation.input_scale import SCALES, ScaleCheck, check_scale
from mnist_core.inference.classifier import PRETRAINED, Classifier
from mnist_core.inference.input_rescaling import find_rescaling, rescale_input

UNDO = {
    "unit": (1, 0),
    "raw": (1 / 255, 0),
    "symmetric": (0.5, 0.5),
    "standardized": (0.3081, 0.1307),
    "inverted": (-1, 1),
    "raw_inverted": (-1 / 255, 1),
}


@pytest.fixture(scope="module")
def few():
    """Return 200 training images."""
    train = load_mnist().train
    return Split(train.images[:200], train.labels[:200])


@pytest.mark.parametrize("scale_id", SCALES)
def test_a_network_for_other_pixels_is_recognized_and_mended(tmp_path, few, scale_id):
    """A network that converts its pixels first classifies as before, once it gets these pixels."""
    content = (PRETRAINED / "compact.onnx").read_bytes()
    path = tmp_path / "model.onnx"
    path.write_bytes(
        rescale_input(content, *UNDO[scale_id]).replace(b"input_rescaling", b"own_rescaling__")
    )
    own = Classifier.load(path)
    best = check_scale(own, few).best
    assert best.id == scale_id
    path.write_bytes(rescale_input(path.read_bytes(), best.scale, best.offset))
    mended = Classifier.load(path)
    expected = Classifier.load(PRETRAINED / "compact.onnx").logits(few.images)
    np.testing.assert_allclose(mended.logits(few.images), expected, atol=1e-2)


def test_a_rescaling_is_part_of_the_model_and_can_be_undone(tmp_path):
    """It is the first layer; another one replaces it."""
    content = rescale_input((PRETRAINED / "compact.onnx").read_bytes(), 255, 0)
    content = rescale_input(content, -255, 255)
    path = tmp_path / "model.onnx"
    path.write_bytes(content)
    layers = Classifier.load(path).layers
    assert find_rescaling(layers) == (-255, 255)
    assert [layer.kind for layer in layers[:2]] == ["Rescaling", "Conv2D"]
    path.write_bytes(rescale_input(content, 1, 0))
    assert find_rescaling(Classifier.load(path).layers) is None


def check(**accuracies):
    """Return a check with these accuracies, 0.1 for the others; the loss falls in this order."""
    values = {key: accuracies.get(key, 0.1) for key in SCALES}
    order = list(accuracies)
    losses = {key: 1 - order.index(key) / 10 if key in order else 9.0 for key in SCALES}
    return ScaleCheck(500, values, losses)


@pytest.mark.parametrize(
    ("accuracies", "best"),
    [
        ({"unit": 0.9, "raw": 0.915}, "unit"),
        ({"unit": 0.9, "raw": 0.93}, "raw"),
        ({"raw": 0.93, "symmetric": 0.92}, "symmetric"),
        ({"unit": 0.1, "raw": 0.4}, "unit"),
    ],
)
def test_another_scale_needs_a_clear_gain(accuracies, best):
    """An untrained network is left as it is."""
    assert check(**accuracies).best.id == best


def test_another_scale_is_offered_for_better_probabilities():
    """A network for standardized pixels is nearly as often right with pixels from 0 to 1."""
    accuracies = dict.fromkeys(SCALES, 0.1) | {"unit": 0.968, "standardized": 0.978}
    losses = dict.fromkeys(SCALES, 9.0) | {"unit": 0.325, "standardized": 0.06}
    assert ScaleCheck(500, accuracies, losses).best.id == "standardized"
