"""Tests of mnist_core.cli.program: exit status and error messages of all commands."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from mnist_core.cli import evaluate as evaluate_command
from mnist_core.cli import main
from tests import PROJECT
from tests.core.cli.output import Printed, only_line

pytestmark = pytest.mark.slow


@pytest.mark.parametrize(
    "arguments",
    [
        ["bake"],
        ["train", "--epoch-count", "3"],
        ["predict"],
        ["evaluate", "--split", "all"],
        ["app", "--port", "70000"],
        ["serve", "--port", "-1"],
    ],
)
def test_usage_errors_are_one_line(arguments: list[str], capsys: Printed) -> None:
    """Exit status 2; the line refers to --help."""
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    assert ended.value.code == 2
    assert only_line(capsys.readouterr().err).endswith("--help")


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["train", "--resume", "nothing"], "There is no run “nothing”"),
        (["train", "--resume", ""], "There is no run “”"),
        (["evaluate", ""], "There is no model “”"),
        (["evaluate", "--model", "nothing"], "There is no model “nothing”"),
        (["evaluate", "--model", "compact@²"], "There is no model “compact@²”"),
        (["evaluate", "--model", "compact@x"], "There is no model “compact@x”"),
        (["evaluate", "--model", "/nowhere.onnx"], "There is no model file at /nowhere.onnx"),
        (["evaluate", "--model", "README.onnx"], "README.onnx cannot be used as a model"),
    ],
)
def test_missing_runs_and_models_are_reported(
    arguments: list[str],
    sentence: str,
    tmp_path: Path,
    capsys: Printed,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """One line, exit status 1."""
    monkeypatch.chdir(tmp_path)
    Path("README.onnx").write_text("not a model")
    assert main(arguments) == 1
    assert sentence in only_line(capsys.readouterr().err)


def test_an_unexpected_error_is_one_line(monkeypatch: pytest.MonkeyPatch, capsys: Printed) -> None:
    """The traceback is printed in development mode only."""

    def fail() -> None:
        raise ZeroDivisionError("division\nby zero")

    monkeypatch.setattr(evaluate_command, "load_mnist", fail)
    assert main(["evaluate"]) == 1
    line = only_line(capsys.readouterr().err)
    assert "went wrong in the program (ZeroDivisionError: division by zero)" in line


@pytest.mark.parametrize(
    ("arguments", "status"),
    [(["train", "--epochs", "ten"], 2), (["predict", "nowhere.png"], 1), (["--help"], 0)],
)
def test_the_module_runs_as_a_program(arguments: list[str], status: int) -> None:
    """In a process of its own: exit status, and at most one line on stderr."""
    finished = subprocess.run(
        [sys.executable, "-m", "mnist_core", *arguments],
        cwd=PROJECT,
        env=os.environ,
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert finished.returncode == status
    assert len(finished.stderr.splitlines()) == (1 if status else 0)


def test_a_model_is_given_once(capsys: Printed) -> None:
    """As an argument or as an option."""
    assert main(["evaluate", "compact", "--model", "accurate"]) == 2
    assert only_line(capsys.readouterr().err) == "The model is given twice; leave out --model."


def test_output_is_complete_where_it_cannot_hold_a_character() -> None:
    """As in a file of Windows, in another encoding than UTF-8."""
    finished = subprocess.run(
        [sys.executable, "-m", "mnist_core", "--help"],
        cwd=PROJECT,
        env={**os.environ, "LANGUAGE": "ja", "PYTHONIOENCODING": "ascii"},
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert finished.returncode == 0, finished.stderr
    assert "cross-validate" in finished.stdout and "???" in finished.stdout
