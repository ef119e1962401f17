"""The tutorial's training, and the steps of its program in plain Keras."""

from __future__ import annotations

from dataclasses import replace

from mnist_core.inference.layer_rules import Layer
from mnist_core.inference.network_plan import plan_network
from mnist_core.layer_designs import MaxPooling2D
from mnist_core.training.architectures import find_design, get_network
from mnist_core.training.script_cells import list_cells

CONFIG = get_network("tutorial").defaults


def find_code(title: str) -> str:
    """Return the code of a step, as "Code" on Train exports it.

    Args:
        title: The step's title in `mnist_core.training.script_cells`.

    Raises:
        KeyError: No step has this title.

    Examples:
        >>> print(find_code("Load").strip())
        (train_images, train_labels), (test_images, test_labels) = keras.datasets.mnist.load_data()
    """
    return {str(cell.title): cell.code for cell in list_cells(CONFIG)}[title]


def take_lines(code: str, first: int, last: int) -> str:
    r"""Return some lines of a code, counted from 0, without the last one.

    Examples:
        >>> take_lines("a\nb\nc\n", 1, 3)
        'b\nc\n'
    """
    return "".join(code.splitlines(keepends=True)[first:last])


def list_layers(pool_strides: int = 1) -> tuple[Layer, ...]:
    """Return the layers of the tutorial's network, with their shapes and parameters.

    Args:
        pool_strides: The strides of the pooling; 1 is the tutorial's.

    Examples:
        >>> [layer.output_shape for layer in list_layers()][:4]
        [(26, 26, 32), (25, 25, 32), (25, 25, 32), (20000,)]
        >>> sum(layer.parameters for layer in list_layers())
        2561738
        >>> list_layers(pool_strides=2)[1].output_shape
        (13, 13, 32)
    """
    design = find_design(CONFIG)
    layers = [
        replace(layer, strides=pool_strides) if isinstance(layer, MaxPooling2D) else layer
        for layer in design.layers
    ]
    return plan_network(layers).layers
