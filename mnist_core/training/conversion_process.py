"""The process that converts a .keras file; `mnist_core.training.model_conversion` starts it.

    python -m mnist_core.training.conversion_process onnx MODEL.keras MODEL.onnx MB SECONDS
    python -m mnist_core.training.conversion_process saved-model MODEL.keras MODEL.zip MB SECONDS

Keras never loads the file. Its configuration and its weights are read as plain data, and the
network is built from what they say about the supported layers. Exit status: 0 success, 1 a file
that cannot be converted, with the reason as one line on standard output.
"""

from __future__ import annotations

import errno
import os
import shutil
import sys
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import Any

from mnist_core.files import MEGABYTE
from mnist_core.inference.network import Network
from mnist_core.messages import message
from mnist_core.training.config_json import parse_config, read_config, read_values
from mnist_core.training.keras_archive import KerasFileError, is_hdf5, unpack_weights
from mnist_core.training.keras_config import parse_network
from mnist_core.training.keras_weights import (
    read_legacy_config,
    read_legacy_weights,
    read_weights,
)
from mnist_core.training.model_builders import build_with_weights

MAX_RESULT_BYTES = 512 * MEGABYTE
NICENESS = 10


def limit_resources(megabytes: int, processor_seconds: int) -> None:
    """Limit what this process may use, where the operating system can.

    Args:
        megabytes: Memory that it may allocate; the files of libraries are not counted.
        processor_seconds: Time of the processor, after which the process is ended.
    """
    try:
        import resource
    except ImportError:  # Windows; the caller's limit on time remains
        return
    for kind, limit in (
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_CPU, processor_seconds),
        (resource.RLIMIT_DATA, megabytes * MEGABYTE),
        (resource.RLIMIT_FSIZE, MAX_RESULT_BYTES),
    ):
        with suppress(ValueError, OSError):  # a lower limit is set already, or not supported
            hard = limit + 5 if kind == resource.RLIMIT_CPU else limit
            resource.setrlimit(kind, (limit, hard))
    os.nice(NICENESS)


def read_network(source: Path) -> Network:
    """Return the network in a .keras file or an HDF5 file.

    Args:
        source: The file, whatever its name ends in.

    Raises:
        KerasFileError: The file is damaged, or not a digit classifier of supported layers.
        OSError: The file cannot be read, or its weights cannot be unpacked.
    """
    values: dict[str, Any] = {}
    if is_hdf5(source):
        described = parse_network(parse_config(read_legacy_config(source)))
        weights = read_legacy_weights(source, described)
    else:
        described = parse_network(read_config(source))
        with unpack_weights(source) as unpacked:
            weights = read_weights(unpacked, described)
        values = read_values(source)
    return Network(described.name, described.input_shape, described.layers, weights, values)


def write_onnx(network: Network, target: Path) -> None:
    """Write a network as an ONNX file of this app.

    Args:
        network: The network.
        target: The file to write.

    Raises:
        OSError: The file cannot be written.
    """
    target.write_bytes(network.to_onnx())


def write_saved_model(network: Network, target: Path) -> None:
    """Write a zip with the folders that TensorFlow Serving expects: name, version, files.

    Args:
        network: The network.
        target: The file to write.

    Raises:
        OSError: The file cannot be written.
    """
    model = build_with_weights(network)
    with tempfile.TemporaryDirectory() as folder:
        model.export(str(Path(folder) / model.name / "1"), format="tf_saved_model", verbose=False)
        archive = shutil.make_archive(str(Path(folder) / "archive"), "zip", folder, model.name)
        shutil.move(archive, target)


def main(to: str, source: Path, target: Path, megabytes: int, processor_seconds: int) -> int:
    """Convert one file and return the exit status."""
    limit_resources(megabytes, processor_seconds)
    try:
        writer = {"onnx": write_onnx, "saved-model": write_saved_model}[to]
        writer(read_network(source), target)
    except KerasFileError as error:
        print(error)
        return 1
    except (MemoryError, OSError) as error:
        if isinstance(error, OSError) and error.errno != errno.ENOMEM:
            print(
                message(
                    "It cannot be unpacked or written ({reason}). Free some space, try again.",
                    reason=error.strerror,
                )
            )
        else:
            print(
                message(
                    "It needs more than {megabytes} MB of memory. Choose a smaller network.",
                    megabytes=megabytes,
                )
            )
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3]), *map(int, sys.argv[4:])))
