"""Tests of mnist_core.cli.predict: digits in pictures."""

import os
from pathlib import Path

import cv2
import numpy as np
import pytest

from mnist_core.cli import main
from mnist_core.datasets.mnist import Mnist
from mnist_core.inference.classifier import PRETRAINED
from mnist_core.inference.ood import OOD_MESSAGES
from tests.core.cli.output import Printed
from tests.diverged import make_diverged


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


def test_lines_of_numbers_are_read(
    data: Mnist, tmp_path: Path, capsys: Printed, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each has a row of its own."""
    monkeypatch.chdir(tmp_path)
    rows = [np.hstack([data.test.images[index] for index in line]) for line in ((0, 1, 2), (3, 0))]
    page = np.zeros((200, 120), np.uint8)
    for row, top in zip(rows, (20, 120), strict=True):
        page[top : top + 28, 10 : 10 + row.shape[1]] = row
    cv2.imwrite("page.png", cv2.resize(255 - page, None, fx=6, fy=6))
    assert main(["predict", "page.png"]) == 0
    printed = capsys.readouterr().out.splitlines()
    assert printed[1].split()[:2] == ["page.png", "721"]
    assert printed[2].split()[0] == "07"


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
    errors = printed.err.splitlines()
    assert [line.split(":")[0] for line in errors] == names
    assert errors[2] == "missing.png: There is no such file or folder. Check the path."
    assert errors[3] == "folder.png: This is a folder; expected a file."
    assert "seven.png" in printed.out


def test_a_huge_file_does_not_end_the_command(
    data: Mnist, tmp_path: Path, capsys: Printed, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its error names its size, without reading it; the other pictures are classified."""
    monkeypatch.chdir(tmp_path)
    draw_picture(Path("seven.png"), 7, data)
    Path("huge.png").touch()
    os.truncate("huge.png", 50_000_000_000)
    assert main(["predict", "huge.png", "seven.png"]) == 1
    printed = capsys.readouterr()
    assert printed.err.startswith("huge.png: This file has 50,000 MB; expected at most 32 MB.")
    assert printed.out.splitlines()[1].split()[:2] == ["seven.png", "7"]


def test_names_are_printed_whole(
    data: Mnist, tmp_path: Path, capsys: Printed, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In one line each where the output is a file; what is not UTF-8 is replaced."""
    monkeypatch.chdir(tmp_path)
    long = f"{'seven ' * 20}.png"
    for name in (long, "caf\udce9.png"):
        draw_picture(Path("seven.png"), 7, data)
        Path("seven.png").rename(name)
    assert main(["predict", long, "caf\udce9.png", "caf\udce9.txt"]) == 1
    printed = capsys.readouterr()
    assert [line.rsplit(".png", 1)[0] for line in printed.out.splitlines()[1:]] == [
        long.removesuffix(".png"),
        "caf�",
    ]
    assert printed.err.startswith("caf�.txt: ")


def test_a_diverged_model_is_refused(
    data: Mnist, tmp_path: Path, capsys: Printed, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As on the pages: NaN is not a digit."""
    monkeypatch.chdir(tmp_path)
    draw_picture(Path("3.png"), 3, data)
    Path("nan.onnx").write_bytes(make_diverged())
    assert main(["predict", "3.png", "--model", "nan.onnx"]) == 1
    assert "outputs NaN" in capsys.readouterr().err


def test_the_suffix_of_a_model_may_be_in_capitals(
    data: Mnist, tmp_path: Path, capsys: Printed, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As on the page Train."""
    monkeypatch.chdir(tmp_path)
    draw_picture(Path("3.png"), 3, data)
    Path("A.ONNX").write_bytes((PRETRAINED / "compact.onnx").read_bytes())
    assert main(["predict", "3.png", "--model", "A.ONNX"]) == 0
