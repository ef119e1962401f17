"""The error of everything that concerns a single run."""

from mnist_core.errors import MnistError


class RunError(MnistError):
    """A run does not exist, its record is damaged, or an action is not possible in its state."""
