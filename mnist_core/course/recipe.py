"""The tutorial's training, and the steps of its program in plain Keras."""

from __future__ import annotations

from mnist_core.training.architectures import get_network
from mnist_core.training.script_cells import list_cells

CONFIG = get_network("tutorial").defaults


def find_code(title: str) -> str:
    """Return the code of a step, as "Code" on Train exports it.

    Args:
        title: The step's title in `mnist_core.training.script_cells`.

    Raises:
        KeyError: There is no such step.

    Examples:
        >>> print(find_code("Load").strip())
        (train_images, train_labels), (test_images, test_labels) = keras.datasets.mnist.load_data()
    """
    return {cell.title: cell.code for cell in list_cells(CONFIG)}[title]


def take_lines(code: str, first: int, last: int) -> str:
    r"""Return some lines of a code, counted from 0, without the last one.

    Examples:
        >>> take_lines("a\nb\nc\n", 1, 3)
        'b\nc\n'
    """
    return "".join(code.splitlines(keepends=True)[first:last])
