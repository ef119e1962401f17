"""The command `download`."""

from __future__ import annotations

import argparse
import os
import shlex
from pathlib import Path

from rich import progress

from mnist_core.cli.console import console
from mnist_core.cli.language import _
from mnist_core.datasets.download import Piece, download, save_npy_files


def run_download(options: argparse.Namespace) -> None:
    """Download MNIST's four files and verify them, with a progress bar for each."""
    columns = (
        progress.TextColumn("{task.description}"),
        progress.BarColumn(),
        progress.DownloadColumn(),
        progress.TransferSpeedColumn(),
    )
    with progress.Progress(*columns, console=console) as bars:
        tasks: dict[str, progress.TaskID] = {}

        def show(piece: Piece) -> None:
            if piece.file not in tasks:
                tasks[piece.file] = bars.add_task(piece.file)
            bars.update(tasks[piece.file], completed=piece.received, total=piece.total)

        download(options.folder, on_progress=show)
    if options.npy:
        save_npy_files(options.folder)
    console.print(
        _(
            "MNIST is in {folder}, verified. To use it: {command}",
            folder=options.folder,
            command=_format_command(options.folder.resolve()),
        ),
        soft_wrap=True,
    )


def _format_command(folder: Path) -> str:
    """Return the shell's command that names a folder as the one with the data."""
    if os.name == "nt":
        return f'$env:MNIST_DATA_DIR = "{folder}"'
    return f"export MNIST_DATA_DIR={shlex.quote(str(folder))}"
