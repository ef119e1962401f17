"""What may import what, and what must stay out of the process that serves the pages."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import PROJECT

CORE = sorted((PROJECT / "mnist_core").rglob("*.py"))
UI = sorted((PROJECT / "ui").rglob("*.py"))
PAGES = sorted((PROJECT / "pages").glob("*.py"))

DEPRECATED = {"use_container_width", "experimental_rerun", "beta_columns", "experimental_fragment"}


def find_imports(path: Path, top_level_only: bool = False) -> Iterator[str]:
    """Yield the full name of everything that a file imports, inside functions too."""
    tree = ast.parse(path.read_text())
    for node in tree.body if top_level_only else ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path.name} imports relatively"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def packages_in(imported: Iterator[str], *packages: str) -> set[str]:
    """Return which of the packages occur among what a file imports."""
    return {name.split(".")[0] for name in imported} & set(packages)


@pytest.mark.parametrize("path", CORE, ids=lambda path: path.stem)
def test_the_core_knows_no_screen(path: Path) -> None:
    """`mnist_core` imports neither streamlit nor what is built on it."""
    assert not packages_in(
        find_imports(path), "streamlit", "ui", "pages", "streamlit_app", "plotly"
    )


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.stem)
def test_pages_are_strangers_to_each_other(path: Path) -> None:
    """No page imports a page or the entry."""
    assert not packages_in(find_imports(path), "pages", "streamlit_app")


@pytest.mark.parametrize("path", UI, ids=lambda path: path.stem)
def test_the_interface_knows_no_page(path: Path) -> None:
    """`ui` imports neither pages nor the entry."""
    assert not packages_in(find_imports(path), "pages", "streamlit_app")


@pytest.mark.parametrize("path", [*UI, *PAGES, PROJECT / "streamlit_app.py"], ids=lambda p: p.stem)
def test_what_serves_the_pages_names_no_tensorflow(path: Path) -> None:
    """Not even inside a function."""
    assert not packages_in(find_imports(path), "tensorflow", "keras")


@pytest.mark.parametrize("path", CORE, ids=lambda path: path.stem)
def test_tensorflow_is_imported_where_it_is_used(path: Path) -> None:
    """Modules of the core import TensorFlow inside functions only."""
    imported = find_imports(path, top_level_only=True)
    assert not packages_in(imported, "tensorflow", "keras")


@pytest.mark.parametrize("path", [*UI, *PAGES, PROJECT / "streamlit_app.py"], ids=lambda p: p.stem)
def test_no_deprecated_streamlit(path: Path) -> None:
    """Names that Streamlit is about to drop are not used."""
    tree = ast.parse(path.read_text())
    keywords = {node.arg for node in ast.walk(tree) if isinstance(node, ast.keyword)}
    attributes = {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    assert not (keywords | attributes) & DEPRECATED
    assert "components.v1" not in path.read_text()


def run_python(program: str) -> str:
    """Run a program in a fresh interpreter and return what it printed."""
    finished = subprocess.run(
        [sys.executable, "-c", program], cwd=PROJECT, capture_output=True, text=True, timeout=300
    )
    assert finished.returncode == 0, finished.stderr
    return finished.stdout.strip()


HEAVY = "print(sorted({'tensorflow', 'keras', 'streamlit', 'pandas', 'plotly'} & set(sys.modules)))"


def test_importing_the_core_is_light() -> None:
    """No TensorFlow, no screen."""
    assert run_python(f"import sys, mnist_core; {HEAVY}") == "[]"


@pytest.mark.slow
def test_no_page_brings_tensorflow_into_the_process() -> None:
    """Every page is run with a drawing, none meets a fault, and TensorFlow stays out."""
    program = """
import sys
import numpy as np
from types import SimpleNamespace
from pathlib import Path
from streamlit.testing.v1 import AppTest
from ui import resources

resources.open_executor = lambda store: SimpleNamespace(problem=None)
app = AppTest.from_file("streamlit_app.py", default_timeout=120).run()
assert "scipy" not in sys.modules, "a start of the app waits for SciPy"
drawing = np.zeros((336, 336, 4), np.uint8)
drawing[60:280, 160:180] = drawing[..., 3] = 255
app.session_state["drawing_pixels"] = drawing
for page in sorted(Path("pages").glob("*.py")):
    app.switch_page(str(page)).run()
    assert not app.exception, app.exception
    assert not app.error, app.error
    print(page.stem)
assert "mnist_core.inference.classifier" in sys.modules
print(sorted({"tensorflow", "keras"} & set(sys.modules)))
"""
    lines = run_python(program).splitlines()
    assert lines == [*(page.stem for page in PAGES), "[]"]
