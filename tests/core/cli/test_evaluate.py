"""Tests of mnist_core.cli.evaluate: accuracy and confusion matrix of a model."""

from pathlib import Path

import numpy as np
import pytest

from mnist_core.cli import main
from mnist_core.datasets.mnist import SHIPPED, Split
from tests.core.cli.output import Printed, only_line


def test_evaluate_prints_accuracy_and_confusion_matrix(few: Split, capsys: Printed) -> None:
    """The rows sum to the labels, the diagonal to the correct predictions."""
    assert main(["evaluate", "--model", "compact"]) == 0
    printed = capsys.readouterr().out
    assert "compact.onnx on the 100 images of the test split" in printed
    cells = [line.split() for line in printed.splitlines()[-10:]]
    counts = [[0 if cell == "·" else int(cell) for cell in row[1:]] for row in cells]
    assert [sum(row) for row in counts] == np.bincount(few.labels).tolist()
    correct = sum(counts[digit][digit] for digit in range(10))
    assert f"accuracy {correct:.1f} %" in printed
    assert f"{100 - correct} mistakes" in printed


def test_damaged_data_are_reported(
    tmp_path: Path, capsys: Printed, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The message names the truncated file."""
    for path in SHIPPED.glob("*.gz"):
        (tmp_path / path.name).write_bytes(path.read_bytes()[:1000])
    monkeypatch.setenv("MNIST_DATA_DIR", str(tmp_path))
    assert main(["evaluate"]) == 1
    assert "train-images-idx3-ubyte.gz cannot be read" in only_line(capsys.readouterr().err)
