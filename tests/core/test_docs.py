"""The documentation names files, modules, functions and commands that exist."""

import contextlib
import io
import re
from importlib.util import find_spec
from pathlib import Path

import pytest

import mnist_core
from mnist_core.cli.parser import make_parser
from tests import PROJECT

DOCUMENTS = sorted([*PROJECT.glob("*.md"), *(PROJECT / "docs").rglob("*.md")])
FOLDERS = "mnist_core|ui|pages|static|tests|benchmarks|deploy|docs"
each_document = pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)


def module_exists(name: str) -> bool:
    """Return whether a module can be found, without importing more than its packages."""
    try:
        return find_spec(name) is not None
    except ModuleNotFoundError:
        return False


@each_document
def test_links_lead_to_files(path: Path) -> None:
    """Relative links and pictures exist."""
    links = re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", path.read_text())
    assert not [link for link in links if not (path.parent / link).exists()]


@each_document
def test_paths_in_backticks_exist(path: Path) -> None:
    """So do the files and folders that are named from the root."""
    named = re.findall(rf"`((?:{FOLDERS})/[\w./-]*)`", path.read_text())
    assert not [name for name in named if not (PROJECT / name).exists()]


@each_document
def test_modules_exist(path: Path) -> None:
    """Modules of the core and the benchmarks, or the core's public functions, have these names."""
    named = re.findall(r"\b(?:mnist_core|benchmarks)(?:\.[a-z_]+)+\b", path.read_text())
    public = {f"mnist_core.{name}" for name in mnist_core.__all__}
    assert not [name for name in set(named) - public if not module_exists(name)]


@each_document
def test_functions_are_in_the_files_named(path: Path) -> None:
    """What is written as `name` in `file` can be found there."""
    named = re.findall(r"`(\w+)`\s+in\s+`([\w./]+\.(?:py|js))`", path.read_text())
    missing = [
        (name, file)
        for name, file in named
        if not re.search(rf"\b{name}\b", (PROJECT / file).read_text())
    ]
    assert not missing


@each_document
def test_commands_can_be_parsed(path: Path) -> None:
    """The command line knows the commands and options that are shown."""
    command = r"^(?:draw-a-digit|python -m mnist_core)((?: [^ \n#]+)*)(?: +#.*)?$"
    shown = re.findall(command, path.read_text(), re.MULTILINE)
    for arguments in shown:
        make_parser().parse_args(arguments.split())


@each_document
def test_make_targets_exist(path: Path) -> None:
    """`make NAME` names a target of the Makefile."""
    targets = set(re.findall(r"^([a-z]+):", (PROJECT / "Makefile").read_text(), re.MULTILINE))
    assert set(re.findall(r"`make ([a-z]+)`", path.read_text())) <= targets


def test_the_example_of_the_readme_predicts_7() -> None:
    """The five lines of Python run as they are."""
    (example,) = re.findall(r"```python\n(.*?)```", (PROJECT / "README.md").read_text(), re.DOTALL)
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(example, {})
    assert printed.getvalue() == "7\n"


def test_the_readme_is_short() -> None:
    """Long tables go to docs."""
    assert len((PROJECT / "README.md").read_text().splitlines()) <= 120
