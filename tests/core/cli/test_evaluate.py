"""Tests of mnist_core.cli.evaluate: accuracy and confusion matrix of a model."""

from pathlib import Path

import numpy as np
import pytest

from benchmarks.keras_files import write_archive
from mnist_core.cli import main
from mnist_core.datasets.mnist import SHIPPED, Split
from tests.core.cli.output import Printed, only_line


def test_evaluate_prints_accuracy_and_confusion_matrix(few: Split, capsys: Printed) -> None:
    """The rows sum to the labels, the diagonal to the correct predictions."""
    assert main(["evaluate", "--model", "compact"]) == 0
    printed = capsys.readouterr().out
    assert "compact on the 100 images of the test split" in printed
    cells = [line.split() for line in printed.splitlines()[-10:]]
    counts = [[0 if cell == "·" else int(cell) for cell in row[1:]] for row in cells]
    assert [sum(row) for row in counts] == np.bincount(few.labels).tolist()
    correct = sum(counts[digit][digit] for digit in range(10))
    assert f"accuracy {correct:.1f} %" in printed
    assert f"{100 - correct} mistakes" in printed


@pytest.mark.usefixtures("few")
def test_the_training_images_can_be_evaluated(capsys: Printed) -> None:
    """With --split train; the confusion matrix counts them all."""
    assert main(["evaluate", "--model", "compact", "--split", "train"]) == 0
    printed = capsys.readouterr().out
    assert "compact on the 640 images of the train split" in printed
    cells = [cell for line in printed.splitlines()[-10:] for cell in line.split()[1:]]
    assert sum(int(cell) for cell in cells if cell != "·") == 640


def test_damaged_data_are_reported(
    tmp_path: Path, capsys: Printed, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The message names the truncated file."""
    for path in SHIPPED.glob("*.gz"):
        (tmp_path / path.name).write_bytes(path.read_bytes()[:1000])
    monkeypatch.setenv("MNIST_DATA_DIR", str(tmp_path))
    assert main(["evaluate"]) == 1
    assert "train-images-idx3-ubyte.gz cannot be read" in only_line(capsys.readouterr().err)


@pytest.mark.slow
def test_a_keras_file_is_evaluated(few: Split, capsys: Printed, tmp_path: Path) -> None:
    """By its name, as an argument alone; an untrained network is called one."""
    file = write_archive(tmp_path / "mine.keras")
    assert main(["evaluate", str(file)]) == 0
    printed = capsys.readouterr().out
    assert "mine.keras on the 100 images of the test split" in printed
    assert "It may be untrained" in printed
    assert main(["evaluate", str(tmp_path / "gone.keras")]) == 1
    assert "gone.keras: There is no such file or folder." in only_line(capsys.readouterr().err)
    picture = tmp_path / "mine.png"
    picture.touch()
    assert main(["evaluate", str(picture)]) == 1
    assert "mine.png is not a model; expected an .onnx" in only_line(capsys.readouterr().err)


@pytest.mark.usefixtures("few")
def test_a_narrow_terminal_loses_no_number(
    capsys: Printed, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It breaks the lines of the confusion matrix."""
    monkeypatch.setenv("COLUMNS", "30")
    assert main(["evaluate", "--model", "compact", "--split", "train"]) == 0
    printed = capsys.readouterr().out
    cells = [cell for line in printed.splitlines()[-10:] for cell in line.split()[1:]]
    assert sum(int(cell) for cell in cells if cell != "·") == 640
