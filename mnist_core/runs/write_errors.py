"""Error messages for files of runs that cannot be written."""

from collections.abc import Iterator
from contextlib import contextmanager

from mnist_core.errors import MnistError


@contextmanager
def explain_failure(kind: type[MnistError], failure: str) -> Iterator[None]:
    """Turn an `OSError` raised in the block into a user-facing error.

    Args:
        kind: The class of the error to raise.
        failure: The beginning of the message: what could not be done.
    """
    try:
        yield
    except OSError as error:
        reason = error.strerror or error
        raise kind(
            f"{failure} ({reason}); expected a folder that can be written. Free some space, or "
            "set MNIST_RUNS_DIR to another folder."
        ) from error
