"""Tests of mnist_core.cli.language: the command line in Japanese, with argparse's own words."""

import argparse
import gettext
import inspect
import re
from collections.abc import Iterator

import pytest

from mnist_core.cli import main
from mnist_core.cli.language import OF_ARGPARSE


@pytest.fixture(autouse=True)
def japanese(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Run the commands as in a Japanese terminal, and leave gettext as it was."""
    before = gettext.textdomain()
    monkeypatch.setenv("LANGUAGE", "ja_JP.UTF-8")
    monkeypatch.setenv("COLUMNS", "200")
    yield
    gettext.textdomain(before)


def test_argparse_has_these_words() -> None:
    """A newer Python may word them differently."""
    source = inspect.getsource(argparse)
    assert [text for text in OF_ARGPARSE if text not in source] == []


def test_the_help_is_in_japanese(capsys: pytest.CaptureFixture[str]) -> None:
    """Its headings too; only names of options and their values are not."""
    with pytest.raises(SystemExit):
        main(["train", "--help"])
    help_ = capsys.readouterr().out
    assert help_.startswith("使い方: ")
    assert re.findall("usage|options|arguments|message|default", help_) == []


@pytest.mark.parametrize(
    "arguments",
    [["evaluate", "--split", "x"], ["app", "--port", "x"], ["teach"], ["train", "--nothing"]],
)
def test_errors_are_in_japanese(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    """In one line that names the option."""
    with pytest.raises(SystemExit):
        main(arguments)
    error = capsys.readouterr().err
    assert error.count("\n") == 1
    assert re.findall("invalid|required|unrecognized|argument|choose", error) == []
