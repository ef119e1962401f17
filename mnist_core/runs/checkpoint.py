"""The checkpoint of a run: a .keras file that also holds the results of its epochs.

A .keras file is a zip archive, and Keras ignores members that it does not know. As the results lie
in the archive, model and results are replaced in one atomic step, and a record that ends before
the checkpoint, since the process was killed between two writes, is completed from it.
"""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path

from mnist_core.files import write_atomically
from mnist_core.runs.jsonl import format_lines, parse_lines
from mnist_core.training.epochs import EpochResult
from mnist_core.zip_directory import check_directory

MEMBER = "epochs.jsonl"
MAX_BYTES = 2**20


def write_checkpoint(
    path: Path, save_model: Callable[[Path], object], results: Sequence[EpochResult]
) -> None:
    """Replace a checkpoint atomically.

    Args:
        path: The .keras file.
        save_model: Writes the model with the state of its optimizer to a path.
        results: The results of all epochs that the model was trained for.

    Raises:
        OSError: The folder cannot be written or the disk is full.
    """
    with write_atomically(path) as temporary:
        save_model(temporary)
        with zipfile.ZipFile(temporary, "a") as archive:
            archive.writestr(MEMBER, format_lines(results))


def read_checkpoint_results(path: Path) -> list[EpochResult] | None:
    """Return the results of the epochs that a checkpoint was trained for.

    Returns:
        The results in order, empty if the checkpoint is missing or damaged. None if an earlier
        version of the app wrote the checkpoint, without results.
    """
    if not path.is_file():
        return []
    try:
        check_directory(path)
        with zipfile.ZipFile(path) as archive:
            if MEMBER not in archive.namelist():
                return None
            with archive.open(MEMBER) as member:
                return parse_lines(member.read(MAX_BYTES), EpochResult)
    except Exception:  # zipfile raises many types that share no base
        return []
