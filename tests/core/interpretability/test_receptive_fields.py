"""Tests of mnist_core.interpretability.receptive_fields, with all shipped networks."""

import numpy as np
import pytest

from mnist_core.inference.classifier import PRETRAINED, Classifier, Layer
from mnist_core.interpretability.receptive_fields import (
    Axis,
    Window,
    cut_out,
    has_window,
    input_shape,
    locate_receptive_field,
    locate_window,
    window_axes,
)

MODELS = sorted(PRETRAINED.glob("*.onnx"))


@pytest.fixture(scope="module", params=MODELS, ids=lambda path: path.stem)
def classifier(request: pytest.FixtureRequest) -> Classifier:
    """Each shipped network."""
    return Classifier.load(request.param)


@pytest.fixture(scope="module")
def noise() -> np.ndarray:
    """An image of random pixels."""
    return np.random.default_rng(0).random((28, 28)).astype(np.float32)


@pytest.mark.parametrize(
    ("axis", "positions"),
    [
        (Axis(28, 3, 1, 0, 0), 26),
        (Axis(26, 2, 1, 0, 0), 25),
        (Axis(26, 2, 2, 0, 0), 13),
        (Axis(28, 5, 2, 1, 2), 14),
    ],
)
def test_positions_of_a_window(axis: Axis, positions: int) -> None:
    """Counted one by one, and by hand: a window of 3 has 26 positions in 28 pixels."""
    starts = [s for s in range(-axis.before, axis.size) if (s + axis.before) % axis.stride == 0]
    fitting = [s for s in starts if s + axis.window <= axis.size + axis.after]
    assert axis.positions == len(fitting) == positions


def test_positions_match_the_output_shapes(classifier: Classifier) -> None:
    """Vertically and horizontally, for each layer with a window."""
    windowed = [layer for layer in classifier.layers if has_window(layer)]
    assert windowed
    for layer in windowed:
        vertical, horizontal = window_axes(layer, input_shape(classifier, layer))
        assert (vertical.positions, horizontal.positions) == layer.output_shape[:2], layer.name


def test_an_output_pixel_depends_on_its_receptive_field_only(
    classifier: Classifier, noise: np.ndarray
) -> None:
    """It does not change with the other pixels, but changes with a corner of the field."""
    layer = [layer for layer in classifier.layers if layer.kind == "Conv2D"][:2][-1]
    height, width, _ = layer.output_shape
    row, column = height // 2, width // 2
    window = locate_receptive_field(classifier, layer, row, column)
    rows, columns = np.indices((28, 28))
    inside = (
        (rows >= window.top)
        & (rows < window.top + window.height)
        & (columns >= window.left)
        & (columns < window.left + window.width)
    )
    assert not inside.all()
    before = classifier.activations(noise)[layer.name][row, column]
    elsewhere = classifier.activations(np.where(inside, noise, 0))[layer.name][row, column]
    np.testing.assert_allclose(elsewhere, before, atol=1e-4)
    corner = noise.copy()
    corner[window.top + window.height - 1, window.left + window.width - 1] += 1
    assert np.abs(classifier.activations(corner)[layer.name][row, column] - before).max() > 0


def test_layers_without_maps_depend_on_the_whole_image(classifier: Classifier) -> None:
    """The receptive field of the logits has 28 × 28 pixels."""
    logits = next(layer for layer in classifier.layers if layer.name == "logits")
    assert locate_receptive_field(classifier, logits, 0, 0) == Window(0, 0, 28, 28)


def test_a_window_extends_into_the_padding() -> None:
    """A kernel of 5 × 5 with stride 2 and one pixel of padding before the image."""
    settings = {"kernel_size": [5, 5], "strides": [2, 2], "padding": "same"}
    layer = Layer("conv", "Conv2D", (14, 14, 1), 0, settings, ())
    assert locate_window(layer, (28, 28, 1), 0, 13) == Window(-1, 25, 5, 5)


def test_no_padding_where_strides_leave_out_pixels() -> None:
    """The last of four windows of 3 pixels, 7 apart, ends four pixels before the edge."""
    settings = {"kernel_size": [3, 3], "strides": [7, 7], "padding": "same"}
    layer = Layer("conv", "Conv2D", (4, 4, 1), 0, settings, ())
    assert locate_window(layer, (28, 28, 1), 0, 3) == Window(0, 21, 3, 3)


def test_values_outside_the_array_are_filled() -> None:
    """Of a window of 3 × 3, four values lie inside."""
    values = np.arange(9.0).reshape(3, 3)
    part = cut_out(values, Window(-1, 1, 3, 3), fill_value=-7)
    np.testing.assert_array_equal(part, [[-7, -7, -7], [1, 2, -7], [4, 5, -7]])
