"""What all tests share: a folder of training runs of their own, the data, and pages to try."""

import os
import sys
from collections.abc import Callable, Iterator
from functools import cache, partial
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, settings

# Before NumPy is imported: its threads wait for each other by running, which costs several times
# the work where other processes need the processors too.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")

from streamlit.components.v2 import manifest_scanner

from mnist_core.datasets import mnist
from mnist_core.datasets.mnist import SHIPPED, Mnist, Split, load_mnist
from tests import PROJECT
from tests.waiting import LONGEST_WAIT

if TYPE_CHECKING:
    from streamlit.testing.v1 import AppTest

# On a busy machine any example may take long.
settings.register_profile("patient", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("patient")

FOLDER_MARKS = {"browser": pytest.mark.browser, "integration": pytest.mark.slow}


def pytest_configure(config: pytest.Config) -> None:
    """Do once in each process what takes long and always gives the same.

    That is to decompress the shipped MNIST, of which nobody can change the arrays, and to search
    all installed packages for components, which Streamlit does for every page that a test opens.
    """
    read = mnist._read_split
    read_shipped = cache(partial(read, SHIPPED))

    def read_once(folder: Path, prefix: str) -> Split:
        return read_shipped(prefix) if folder == SHIPPED else read(folder, prefix)

    patch = pytest.MonkeyPatch()
    patch.setattr(mnist, "_read_split", read_once)
    patch.setattr(
        manifest_scanner,
        "scan_component_manifests",
        cache(manifest_scanner.scan_component_manifests),
    )
    config.add_cleanup(patch.undo)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the tests of some folders as a whole."""
    for item in items:
        if mark := FOLDER_MARKS.get(item.path.parent.name):
            item.add_marker(mark)


def load_script(path: Path) -> "AppTest":
    """Return a page or the app, to be run without a browser and with plenty of time."""
    from streamlit.testing.v1 import AppTest

    return AppTest.from_file(path, default_timeout=LONGEST_WAIT)


@pytest.fixture(autouse=True)
def runs_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give each test an empty folder of training runs, and the shipped data."""
    folder = tmp_path / "runs"
    monkeypatch.setenv("MNIST_RUNS_DIR", str(folder))
    monkeypatch.delenv("MNIST_DATA_DIR", raising=False)
    monkeypatch.delenv("DATABASE_URL", raising=False)
    monkeypatch.setenv("LANGUAGE", "en")
    return folder


@pytest.fixture(autouse=True)
def main_module(monkeypatch: pytest.MonkeyPatch) -> None:
    """Restore the main module, which child processes import and Streamlit replaces by a page."""
    monkeypatch.setitem(sys.modules, "__main__", sys.modules["__main__"])


@pytest.fixture(scope="session")
def data() -> Mnist:
    """Read the shipped MNIST once."""
    with pytest.MonkeyPatch.context() as monkeypatch:
        monkeypatch.delenv("MNIST_DATA_DIR", raising=False)
        return load_mnist()


@pytest.fixture(autouse=True)
def no_tensorflow(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep TensorFlow, which takes seconds to import, out of the tests that `make check` runs."""
    if not any(map(request.node.get_closest_marker, ("slow", "browser"))):
        monkeypatch.setitem(sys.modules, "tensorflow", None)


@pytest.fixture(scope="session")
def quick_streamlit() -> Iterator[None]:
    """Spare each run of a page two steps of Streamlit that take long and change nothing.

    It looks for installed components, which stay the same, and clears what Keras holds, which no
    process that serves pages has; a test process may have it from another test.
    """
    import streamlit as st
    from streamlit.components.v2 import manifest_scanner
    from streamlit.runtime.scriptrunner import script_runner

    with pytest.MonkeyPatch.context() as monkeypatch:
        scan = cache(manifest_scanner.scan_component_manifests)
        monkeypatch.setattr(manifest_scanner, "scan_component_manifests", scan)
        monkeypatch.setattr(script_runner, "_clean_problem_modules", lambda: None)
        yield
    st.cache_resource.clear()


@pytest.fixture
def open_app(
    runs_folder: Path, data: Mnist, quick_streamlit: None, monkeypatch: pytest.MonkeyPatch
) -> Callable:
    """Return a function that runs the app without a browser and shows one of its pages.

    Its training runs lie in `runs_folder`; none is carried out, since no worker is started.
    """
    from ui import resources

    def load() -> Mnist:
        return load_mnist() if "MNIST_DATA_DIR" in os.environ else data

    idle = SimpleNamespace(problem=None, close=lambda: None)
    monkeypatch.setattr(resources, "open_executor", lambda store: idle)
    monkeypatch.setattr(resources, "load_mnist", load)
    monkeypatch.chdir(PROJECT)
    # What was computed from a file stays: it is found again by the file's path and time.
    for resource in (
        resources.get_data,
        resources.get_store,
        resources.get_hands,
        resources.get_pool,
    ):
        resource.clear()

    def open_page(path: str = "pages/draw.py") -> "AppTest":
        app = load_script(PROJECT / "streamlit_app.py").run()
        return app.switch_page(path).run()

    return open_page
