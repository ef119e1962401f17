"""The arithmetic of the layers against what the networks really do."""

import math

import numpy as np
import pytest

from mnist_core.inference.classifier import PRETRAINED, Classifier, Layer
from mnist_core.interpretability.activations import trace_layers
from mnist_core.interpretability.layer_arithmetic import (
    Axis,
    Window,
    compute_output_pixel,
    count_learnt,
    count_multiplications,
    cut_out,
    has_window,
    input_shape,
    locate_receptive_field,
    locate_window,
    read_normalization,
    window_axes,
)

MODELS = sorted(PRETRAINED.glob("*.onnx"))


@pytest.fixture(scope="module", params=MODELS, ids=lambda path: path.stem)
def classifier(request: pytest.FixtureRequest) -> Classifier:
    """Each shipped network in turn."""
    return Classifier.load(request.param)


@pytest.fixture(scope="module")
def noise() -> np.ndarray:
    """An image in which no two pixels are equal."""
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
def test_a_window_takes_as_many_places_as_counted_by_hand(axis: Axis, positions: int) -> None:
    """A window of 3 fits into 28 at 26 places, and so on."""
    starts = [s for s in range(-axis.before, axis.size) if (s + axis.before) % axis.stride == 0]
    fitting = [s for s in starts if s + axis.window <= axis.size + axis.after]
    assert axis.positions == len(fitting) == positions


def test_windows_give_the_shapes_that_the_network_has(classifier: Classifier) -> None:
    """Down and across, for each layer with a window."""
    windowed = [layer for layer in classifier.layers if has_window(layer)]
    assert windowed
    for layer in windowed:
        down, across = window_axes(layer, input_shape(classifier, layer))
        assert (down.positions, across.positions) == layer.output_shape[:2], layer.name


def test_every_part_of_a_convolution_gives_the_networks_own_values(
    classifier: Classifier, noise: np.ndarray
) -> None:
    """Corners, where padding counts, and an inner pixel, of the first and the last filter."""
    for activation in trace_layers(classifier, noise):
        if activation.layer.kind != "Conv2D":
            continue
        height, width, filters = activation.output.shape
        for row, column in [(0, 0), (height - 1, width - 1), (height // 2, width // 3)]:
            for channel in (0, filters - 1):
                pixel = compute_output_pixel(activation, row, column, channel)
                assert pixel.value == pytest.approx(
                    activation.output[row, column, channel], abs=1e-4
                )


def test_normalization_gives_the_networks_own_values(
    classifier: Classifier, noise: np.ndarray
) -> None:
    """Every value of one feature map."""
    for activation in trace_layers(classifier, noise):
        if activation.layer.kind != "BatchNormalization":
            continue
        normalization = read_normalization(activation, 1)
        computed = [normalization.apply(value) for value in activation.input[..., 1].ravel()]
        np.testing.assert_allclose(computed, activation.output[..., 1].ravel(), atol=1e-4)


def test_multiplications_are_those_of_nested_loops(classifier: Classifier) -> None:
    """One for each weight at each place where it is used."""
    for layer in classifier.layers:
        if layer.kind == "Conv2D":
            kernel = classifier.weights[layer.weights[0]]
            expected = math.prod(layer.output_shape[:2]) * kernel.size
        elif layer.kind == "Dense":
            expected = classifier.weights[layer.weights[0]].size
        else:
            expected = 0
        assert count_multiplications(classifier, layer) == expected


def test_nothing_outside_the_receptive_field_matters(
    classifier: Classifier, noise: np.ndarray
) -> None:
    """Changing all other pixels leaves the output pixel, changing a pixel inside does not."""
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
    """A dense layer sees everything."""
    logits = next(layer for layer in classifier.layers if layer.name == "logits")
    assert locate_receptive_field(classifier, logits, 0, 0) == Window(0, 0, 28, 28)


def test_the_window_of_a_padded_layer_reaches_over_the_edge() -> None:
    """Five wide at every second place, with one cell of padding before."""
    settings = {"kernel_size": [5, 5], "strides": [2, 2], "padding": "same"}
    layer = Layer("conv", "Conv2D", (14, 14, 1), 0, settings, ())
    assert locate_window(layer, (28, 28, 1), 0, 13) == Window(-1, 25, 5, 5)


def test_what_is_cut_out_beyond_the_edge_is_filled() -> None:
    """The cells outside get the filling, those inside their values."""
    values = np.arange(9.0).reshape(3, 3)
    part = cut_out(values, Window(-1, 1, 3, 3), filling=-7)
    np.testing.assert_array_equal(part, [[-7, -7, -7], [1, 2, -7], [4, 5, -7]])


def test_what_is_measured_is_not_counted_as_learnt() -> None:
    """The compact network measures a mean and a variance for each of 16, 32 and 64 maps."""
    compact = Classifier.load(PRETRAINED / "compact.onnx")
    assert count_learnt(compact) == compact.parameters - 2 * (16 + 32 + 64)
