"""Conversion of .keras and HDF5 files, in a process of its own with limits on memory and time.

A file is checked before a process is started, and only one is converted at a time, whatever the
number of visitors and of app processes. `mnist_core.training.conversion_process` is that process.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from filelock import FileLock, Timeout

from mnist_core.child_process import make_environment
from mnist_core.files import write_atomically
from mnist_core.inference.classifier import ModelError
from mnist_core.messages import message
from mnist_core.training.config_json import read_config
from mnist_core.training.keras_archive import KerasFileError, is_hdf5
from mnist_core.training.keras_config import parse_network

Target = Literal["onnx", "saved-model"]

LOCK = ".conversion.lock"
WAIT_SECONDS = 120
ENVIRONMENT = {
    "HDF5_PLUGIN_PRELOAD": "::",  # the HDF5 library loads no filters of others
    "CUDA_VISIBLE_DEVICES": "-1",
    # The stack of each thread counts against the limit on memory.
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "TF_NUM_INTEROP_THREADS": "1",
    "TF_NUM_INTRAOP_THREADS": "1",
}


@dataclass(frozen=True)
class Limits:
    """What one conversion may use.

    Attributes:
        megabytes: Memory that it may allocate; the libraries' own files, at most 350 MB, come on
            top.
        processor_seconds: Time of the processor.
        seconds: Time by the clock.
    """

    megabytes: int
    processor_seconds: int
    seconds: int


# TensorFlow writes SavedModels; it allocates much more and starts slowly.
LIMITS: Mapping[Target, Limits] = {
    "onnx": Limits(megabytes=800, processor_seconds=30, seconds=120),
    "saved-model": Limits(megabytes=1_100, processor_seconds=120, seconds=240),
}


def convert(
    source: Path,
    target: Path,
    to: Target,
    lock_folder: Path,
    on_wait: Callable[[], object] | None = None,
) -> None:
    """Convert a .keras or HDF5 file to ONNX, or to a zipped SavedModel for TensorFlow Serving.

    Args:
        source: The file, whatever its name ends in.
        target: The file to create or replace.
        to: The format.
        lock_folder: A folder shared by all processes of the app. Of several conversions with the
            same folder, one runs at a time.
        on_wait: Called once if another conversion has to end first.

    Raises:
        ModelError: The file is damaged, is not a network for digits, exceeds a limit, or the
            result cannot be written.
    """
    try:
        if not is_hdf5(source):  # the library that reads HDF5 runs only in the other process
            parse_network(read_config(source))
    except KerasFileError as error:
        raise ModelError(
            message("{name} cannot be used as a model. {error}", name=source.name, error=error)
        ) from error
    except OSError as error:
        raise ModelError(
            message(
                "{name} cannot be read ({reason}). Export the model again.",
                name=source.name,
                reason=error.strerror,
            )
        ) from error
    try:
        lock_folder.mkdir(parents=True, exist_ok=True)
        with (
            _lock(lock_folder / LOCK, source.name, on_wait),
            tempfile.TemporaryDirectory() as folder,
        ):
            result = Path(folder) / f"result{target.suffix}"
            _run_converter(source, result, to)
            with write_atomically(target) as temporary:
                shutil.copyfile(result, temporary)
    except OSError as error:
        raise ModelError(
            message(
                "{name} cannot be written ({reason}). Free some space and try again.",
                name=target.name,
                reason=error.strerror,
            )
        ) from error


@contextmanager
def _lock(path: Path, name: str, on_wait: Callable[[], object] | None) -> Iterator[None]:
    lock = FileLock(path)
    try:
        lock.acquire(timeout=0)
    except Timeout:
        if on_wait is not None:
            on_wait()
        try:
            lock.acquire(timeout=WAIT_SECONDS)
        except Timeout as error:
            raise ModelError(
                message(
                    "{name} was not converted: after {wait_seconds} seconds other files were "
                    "still before it. Try again in a few minutes.",
                    name=name,
                    wait_seconds=WAIT_SECONDS,
                )
            ) from error
    try:
        yield
    finally:
        lock.release()


def _run_converter(source: Path, result: Path, to: Target) -> None:
    limits = LIMITS[to]
    command = [
        sys.executable,
        "-P",
        "-m",
        "mnist_core.training.conversion_process",
        to,
        str(source.resolve()),
        str(result),
        str(limits.megabytes),
        str(limits.processor_seconds),
    ]
    process = subprocess.Popen(
        command,
        # Whatever the process writes lies in a folder that is deleted afterwards.
        cwd=result.parent,
        env=make_environment(TMPDIR=str(result.parent), **ENVIRONMENT),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        start_new_session=True,
    )
    try:
        output, _ = process.communicate(timeout=limits.seconds)
    except subprocess.TimeoutExpired as error:
        raise ModelError(
            message(
                "Converting {name} took longer than {seconds} seconds and was stopped. Try again "
                "when the computer is less busy, or choose a smaller network.",
                name=source.name,
                seconds=limits.seconds,
            )
        ) from error
    finally:
        _kill_group(process)
    _check_status(process.returncode, output, source.name, limits)


def _check_status(status: int, output: str, name: str, limits: Limits) -> None:
    """Raise a ModelError that says why a conversion failed, if it did."""
    if status == 0:
        return
    lines = output.strip().splitlines()
    if status == 1 and lines:
        raise ModelError(
            message("{name} cannot be used as a model. {lines}", name=name, lines=lines[-1])
        )
    if hasattr(signal, "SIGXCPU") and status == -signal.SIGXCPU:
        raise ModelError(
            message(
                "Converting {name} needed more than {processor_seconds} seconds of the processor "
                "and was stopped. Choose a smaller network.",
                name=name,
                processor_seconds=limits.processor_seconds,
            )
        )
    raise ModelError(
        message(
            "The conversion of {name} ended unexpectedly (exit status {status}): the file is "
            "damaged, or needs more than {megabytes} MB of memory. Choose another file.",
            name=name,
            status=status,
            megabytes=limits.megabytes,
        )
    )


def _kill_group(process: subprocess.Popen[str]) -> None:
    """End a process with all that it has started, unless it has ended."""
    if process.poll() is None:
        with suppress(ProcessLookupError):
            if hasattr(os, "killpg"):
                os.killpg(process.pid, signal.SIGKILL)
            else:
                process.kill()
    process.wait()
