"""Tests of mnist_core.cli.predict: digits in pictures."""

from pathlib import Path

import cv2
import numpy as np
import pytest

from benchmarks.simulation import draw_two_digits
from mnist_core.cli import main
from mnist_core.datasets.mnist import Mnist
from mnist_core.inference.ood import OOD_MESSAGES
from tests.core.cli.output import Printed


def draw_picture(path: Path, digit: int, data: Mnist) -> None:
    """Save a test image of a digit enlarged, dark on white."""
    image = data.test.images[np.flatnonzero(data.test.labels == digit)[0]]
    cv2.imwrite(str(path), 255 - cv2.resize(image, (280, 280), interpolation=cv2.INTER_CUBIC))


def test_pictures_are_classified(
    data: Mnist, tmp_path: Path, capsys: Printed, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The table has a row for each, with its digit."""
    monkeypatch.chdir(tmp_path)
    for digit in (3, 7):
        draw_picture(Path(f"{digit}.png"), digit, data)
    assert main(["predict", "3.png", "7.png"]) == 0
    printed = capsys.readouterr().out
    rows = [line.split()[:2] for line in printed.splitlines()[1:]]
    assert rows == [["3.png", "3"], ["7.png", "7"]]
    assert " 0.0 %" not in printed and "100.0 %" not in printed
    assert "(< 0.1 %)" in printed
    assert not any(warning in printed for warning in OOD_MESSAGES.values() if warning)


def test_a_picture_of_two_digits_is_flagged(
    tmp_path: Path, capsys: Printed, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its row has a warning."""
    monkeypatch.chdir(tmp_path)
    cv2.imwrite("two.png", draw_two_digits(np.random.default_rng(2)).pixels)
    assert main(["predict", "two.png"]) == 0
    assert "More than one digit?" in capsys.readouterr().out


def test_unreadable_pictures_are_reported(
    data: Mnist, tmp_path: Path, capsys: Printed, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One line each, exit status 1; the readable picture is classified all the same."""
    monkeypatch.chdir(tmp_path)
    draw_picture(Path("seven.png"), 7, data)
    Path("letter.png").write_text("Dear reader")
    cv2.imwrite("blank.png", np.full((100, 100), 255, np.uint8))
    Path("folder.png").mkdir()
    names = ["letter.png", "blank.png", "missing.png", "folder.png"]
    assert main(["predict", *names, "seven.png"]) == 1
    printed = capsys.readouterr()
    assert [line.split(":")[0] for line in printed.err.splitlines()] == names
    assert "seven.png" in printed.out
