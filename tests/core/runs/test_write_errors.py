"""Tests of mnist_core.runs.write_errors: a full disk is called a full disk."""

import errno

import pytest

from mnist_core.runs.run_error import RunError
from mnist_core.runs.write_errors import describe_write_error, explain_failure, is_disk_full


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT])
def test_a_full_disk_and_an_exceeded_quota(number):
    """Both need space."""
    with pytest.raises(RunError) as caught, explain_failure(RunError, "It cannot be stopped."):
        raise OSError(number, "some words of the system")
    assert str(caught.value) == (
        "It cannot be stopped. The disk is full. Free some space, or set MNIST_RUNS_DIR to another "
        "folder."
    )


def test_other_reasons_are_quoted():
    """They need other remedies."""
    message = describe_write_error(PermissionError(errno.EACCES, "Permission denied"))
    assert "(Permission denied). Check its permissions" in message


def test_a_full_disk_behind_another_error_is_found():
    """HDF5 quotes the number, and libraries chain errors."""
    quoted = RuntimeError("Can't write data (file write failed: time = 1, errno = 28, error me")
    assert is_disk_full(quoted)
    chained = ValueError("cannot save")
    chained.__cause__ = OSError(errno.ENOSPC, "No space left on device")
    assert is_disk_full(chained)
    assert not is_disk_full(ValueError("errno = 281"))
