"""The windows of convolutions and pooling, and the receptive field of an output pixel.

Only networks whose layers form a plain sequence are supported. Padding is TensorFlow's.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from mnist_core.inference.classifier import Classifier, Layer
from mnist_core.inference.layer_kinds import compute_padding
from mnist_core.inference.layer_rules import INPUT_SHAPE


@dataclass(frozen=True)
class Axis:
    """A window that slides along one axis of its input.

    Attributes:
        size: The size of the input along the axis.
        window: The size of the window.
        stride: The distance between two positions of the window.
        before: The padding before the input.
        after: The padding after the input.

    Examples:
        >>> Axis(size=28, window=5, stride=2, before=1, after=2).positions
        14
    """

    size: int
    window: int
    stride: int
    before: int
    after: int

    @property
    def positions(self) -> int:
        """The number of positions of the window, which is the size of the output."""
        return (self.size + self.before + self.after - self.window) // self.stride + 1

    def slice(self, offset: int) -> slice:
        """Return the indices in the padded input of one cell of the window, at all positions."""
        return slice(offset, offset + self.positions * self.stride, self.stride)


@dataclass(frozen=True)
class Window:
    """A rectangle in an image or a feature map; it may extend beyond it into the padding.

    Attributes:
        top: The first row, negative in the padding.
        left: The first column, negative in the padding.
        height: The number of rows.
        width: The number of columns.
    """

    top: int
    left: int
    height: int
    width: int


def input_shape(classifier: Classifier, layer: Layer) -> tuple[int, ...]:
    """Return the shape of a layer's input, without the batch axis."""
    index = classifier.layers.index(layer)
    return classifier.layers[index - 1].output_shape if index else INPUT_SHAPE


def reads_image(classifier: Classifier, layer: Layer) -> bool:
    """Return whether a layer's input is the image, at most rescaled."""
    earlier = classifier.layers[: classifier.layers.index(layer)]
    return all(each.kind in {"Rescaling", "Dropout"} for each in earlier)


def has_window(layer: Layer) -> bool:
    """Return whether a layer slides a window over its input."""
    return "kernel_size" in layer.settings or "pool_size" in layer.settings


def window_axes(layer: Layer, size: tuple[int, ...]) -> tuple[Axis, Axis]:
    """Return the vertical and the horizontal axis of a convolution's or a pooling layer's window.

    Args:
        layer: A layer with `kernel_size` or `pool_size`.
        size: The input's shape, height and width first.
    """
    settings = layer.settings
    window = settings.get("kernel_size") or settings["pool_size"]
    vertical, horizontal = (
        _make_axis(size[i], window[i], settings["strides"][i], settings["padding"])
        for i in range(2)
    )
    return vertical, horizontal


def locate_window(layer: Layer, size: tuple[int, ...], row: int, column: int) -> Window:
    """Return the window of a layer's input from which one output pixel is computed.

    Args:
        layer: A layer with a window.
        size: The input's shape, height and width first.
        row: The output pixel's row, from 0.
        column: The output pixel's column, from 0.
    """
    vertical, horizontal = window_axes(layer, size)
    return Window(
        top=row * vertical.stride - vertical.before,
        left=column * horizontal.stride - horizontal.before,
        height=vertical.window,
        width=horizontal.window,
    )


def locate_receptive_field(classifier: Classifier, layer: Layer, row: int, column: int) -> Window:
    """Return the receptive field of an output pixel: the pixels of the image that it depends on.

    Layers without feature maps depend on the whole image.

    Args:
        classifier: The network.
        layer: One of its layers.
        row: The output pixel's row, from 0.
        column: The output pixel's column, from 0.

    Examples:
        >>> from mnist_core.inference import PRETRAINED
        >>> compact = Classifier.load(PRETRAINED / "compact.onnx")
        >>> second = [layer for layer in compact.layers if layer.kind == "Conv2D"][1]
        >>> locate_receptive_field(compact, second, 0, 0)
        Window(top=-3, left=-3, height=9, width=9)
    """
    if len(layer.output_shape) != 3:
        return Window(0, 0, *INPUT_SHAPE[:2])
    top, bottom, left, right = row, row, column, column
    for earlier in reversed(classifier.layers[: classifier.layers.index(layer) + 1]):
        if has_window(earlier):
            size = input_shape(classifier, earlier)
            first = locate_window(earlier, size, top, left)
            last = locate_window(earlier, size, bottom, right)
            top, left = first.top, first.left
            bottom, right = last.top + last.height - 1, last.left + last.width - 1
    return Window(top, left, bottom - top + 1, right - left + 1)


def cut_out(values: np.ndarray, window: Window, fill_value: float = 0) -> np.ndarray:
    """Return the values in a window.

    Args:
        values: (h, w, …), of any type.
        window: The window, which may extend beyond the values.
        fill_value: The value outside.

    Returns:
        (window.height, window.width, …), of the same type.

    Examples:
        >>> cut_out(np.array([[1, 2], [3, 4]]), Window(top=-1, left=1, height=2, width=2))
        array([[0, 0],
               [2, 0]])
    """
    part = np.full((window.height, window.width, *values.shape[2:]), fill_value, values.dtype)
    rows = np.arange(window.top, window.top + window.height)
    columns = np.arange(window.left, window.left + window.width)
    inside_rows = (rows >= 0) & (rows < values.shape[0])
    inside_columns = (columns >= 0) & (columns < values.shape[1])
    part[np.ix_(inside_rows, inside_columns)] = values[
        np.ix_(rows[inside_rows], columns[inside_columns])
    ]
    return part


def _make_axis(size: int, window: int, stride: int, padding: str) -> Axis:
    return Axis(size, window, stride, *compute_padding(size, window, stride, padding))
