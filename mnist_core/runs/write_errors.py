"""Messages about files of runs that cannot be written."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager

from mnist_core.errors import MnistError
from mnist_core.messages import message

DISK_FULL = frozenset({errno.ENOSPC, errno.EDQUOT})


def is_disk_full(error: BaseException) -> bool:
    """Return whether an error, or one that caused it, means that the disk is full.

    HDF5 wraps the error of the operating system in errors of its own and quotes its number.
    """
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, OSError) and cause.errno in DISK_FULL:
            return True
        if f"errno = {errno.ENOSPC}," in str(cause):
            return True
        cause = cause.__cause__ or cause.__context__
    return False


def describe_write_error(error: BaseException) -> str:
    """Return why a file cannot be written and what to do about it, as sentences.

    Examples:
        >>> describe_write_error(OSError(errno.ENOSPC, "No space left on device"))
        'The disk is full. Free some space, or set MNIST_RUNS_DIR to another folder.'
    """
    if is_disk_full(error):
        return message(
            "The disk is full. Free some space, or set MNIST_RUNS_DIR to another folder."
        )
    reason = (error.strerror if isinstance(error, OSError) else None) or error
    return message(
        "The folder cannot be written ({reason}). Check its permissions, or set MNIST_RUNS_DIR to "
        "another folder.",
        reason=reason,
    )


@contextmanager
def explain_failure(kind: type[MnistError], failure: str) -> Iterator[None]:
    """Turn an `OSError` raised in the block into a user-facing error.

    Args:
        kind: The class of the error to raise.
        failure: What could not be done, as a sentence. It begins the message.
    """
    try:
        yield
    except OSError as error:
        raise kind(
            message("{failure} {reason}", failure=failure, reason=describe_write_error(error))
        ) from error
