"""What may import what, and what must stay out of the process that serves the pages."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from tests import PROJECT

CORE = sorted((PROJECT / "mnist_core").rglob("*.py"))
UI = sorted((PROJECT / "ui").rglob("*.py"))
PAGES = sorted((PROJECT / "pages").glob("*.py"))
SCREENS = [*UI, *PAGES, PROJECT / "streamlit_app.py"]

DEPRECATED = {"use_container_width", "experimental_rerun", "beta_columns", "experimental_fragment"}


@cache
def parse(path: Path) -> ast.Module:
    """Return the syntax tree of a file."""
    return ast.parse(path.read_text())


def find_imports(path: Path, top_level_only: bool = False) -> Iterator[str]:
    """Yield the full name of everything that a file imports, inside functions too."""
    tree = parse(path)
    for node in tree.body if top_level_only else ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path.name} imports relatively"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def find_users(paths: list[Path], *packages: str, top_level_only: bool = False) -> dict[str, set]:
    """Return which files import some of the packages, and which ones."""
    found = {
        path.relative_to(PROJECT).as_posix(): {
            name.split(".")[0] for name in find_imports(path, top_level_only)
        }
        & set(packages)
        for path in paths
    }
    assert found
    return {path: names for path, names in found.items() if names}


def test_the_core_knows_no_screen() -> None:
    """`mnist_core` imports neither streamlit nor what is built on it."""
    assert find_users(CORE, "streamlit", "ui", "pages", "streamlit_app", "plotly") == {}


def test_pages_are_strangers_to_each_other() -> None:
    """No page imports a page or the entry."""
    assert find_users(PAGES, "pages", "streamlit_app") == {}


def test_the_interface_knows_no_page() -> None:
    """`ui` imports neither pages nor the entry."""
    assert find_users(UI, "pages", "streamlit_app") == {}


def test_what_serves_the_pages_names_no_tensorflow() -> None:
    """Not even inside a function."""
    assert find_users(SCREENS, "tensorflow", "keras") == {}


def test_tensorflow_is_imported_where_it_is_used() -> None:
    """Modules of the core import TensorFlow inside functions only."""
    assert find_users(CORE, "tensorflow", "keras", top_level_only=True) == {}


def test_no_deprecated_streamlit() -> None:
    """Names that Streamlit is about to drop are not used."""
    for path in SCREENS:
        nodes = list(ast.walk(parse(path)))
        keywords = {node.arg for node in nodes if isinstance(node, ast.keyword)}
        attributes = {node.attr for node in nodes if isinstance(node, ast.Attribute)}
        assert not (keywords | attributes) & DEPRECATED, path
        assert "components.v1" not in path.read_text(), path


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


def test_the_command_line_starts_without_the_database() -> None:
    """Only `teach`, which reads drawings, waits for SQLAlchemy."""
    program = "import sys, mnist_core.cli; print({'sqlalchemy', 'alembic'} & set(sys.modules))"
    assert run_python(program) == "set()"


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
app = AppTest.from_file("streamlit_app.py", default_timeout=300).run()
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
