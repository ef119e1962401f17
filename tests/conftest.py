"""What all tests share: a folder of training runs of their own, the data, and pages to try."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING

import pytest

from mnist_core.datasets.mnist import Mnist, load_mnist
from tests import PROJECT

if TYPE_CHECKING:
    from streamlit.testing.v1 import AppTest

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")

FOLDER_MARKS = {"browser": pytest.mark.browser, "integration": pytest.mark.slow}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the tests of some folders as a whole."""
    for item in items:
        if mark := FOLDER_MARKS.get(item.path.parent.name):
            item.add_marker(mark)


def load_script(path: Path) -> "AppTest":
    """Return a page or the app, to be run without a browser and with plenty of time."""
    from streamlit.testing.v1 import AppTest

    return AppTest.from_file(path, default_timeout=300)


@pytest.fixture(autouse=True)
def runs_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give each test an empty folder of training runs, and the shipped data."""
    folder = tmp_path / "runs"
    monkeypatch.setenv("MNIST_RUNS_DIR", str(folder))
    monkeypatch.delenv("MNIST_DATA_DIR", raising=False)
    monkeypatch.delenv("DATABASE_URL", raising=False)
    return folder


@pytest.fixture(scope="session")
def data() -> Mnist:
    """Read the shipped MNIST once."""
    with pytest.MonkeyPatch.context() as monkeypatch:
        monkeypatch.delenv("MNIST_DATA_DIR", raising=False)
        return load_mnist()


@pytest.fixture
def open_app(runs_folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable]:
    """Return a function that runs the app without a browser and shows one of its pages.

    Its training runs lie in `runs_folder`; none is carried out, since no worker is started.
    """
    import streamlit as st

    from ui import resources

    idle = SimpleNamespace(problem=None, close=lambda: None)
    monkeypatch.setattr(resources, "open_executor", lambda store: idle)
    monkeypatch.chdir(PROJECT)
    st.cache_resource.clear()

    def open_page(path: str = "pages/draw.py") -> "AppTest":
        app = load_script(PROJECT / "streamlit_app.py").run()
        return app.switch_page(path).run()

    yield open_page
    st.cache_resource.clear()
