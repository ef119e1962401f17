"""Tests of mnist_core.cli.download: files, arrays and errors."""

import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from mnist_core.cli import download as download_command
from mnist_core.cli import main
from mnist_core.datasets.download import DownloadError, Piece
from mnist_core.datasets.mnist import SHIPPED
from tests.core.cli.output import Printed, only_line


def fake_download(problem: str | None) -> Any:
    """Return a download that copies the shipped files, or fails with a message."""

    def download(folder: Path, on_progress: Any) -> None:
        if problem:
            raise DownloadError(problem)
        folder.mkdir()
        for path in SHIPPED.glob("*.gz"):
            on_progress(Piece(path.stem, path.stat().st_size, None))
            shutil.copy(path, folder)

    return download


def test_files_are_downloaded_and_saved_as_arrays(
    tmp_path: Path, capsys: Printed, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The last line has the command that makes the app use them."""
    monkeypatch.setattr(download_command, "download", fake_download(None))
    assert main(["download", str(tmp_path / "my mnist"), "--npy"]) == 0
    last = capsys.readouterr().out.splitlines()[-1]
    assert last.endswith(f"export MNIST_DATA_DIR='{tmp_path / 'my mnist'}'")
    assert np.load(tmp_path / "my mnist" / "test" / "X_test.npy").shape == (10_000, 28, 28)


def test_a_failed_download_is_reported(
    tmp_path: Path, capsys: Printed, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One line, exit status 1."""
    monkeypatch.setattr(download_command, "download", fake_download("No mirror has it."))
    assert main(["download", str(tmp_path / "mnist")]) == 1
    assert only_line(capsys.readouterr().err) == "No mirror has it."
