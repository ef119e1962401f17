"""What all tests share: a folder of training runs of their own, the data, and pages to try."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest

from mnist_core.datasets.mnist import Mnist, load_mnist
from tests import PROJECT

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")


@pytest.fixture(autouse=True)
def runs_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give each test an empty folder of training runs, and the shipped data."""
    folder = tmp_path / "runs"
    monkeypatch.setenv("MNIST_RUNS_DIR", str(folder))
    monkeypatch.delenv("MNIST_DATA_DIR", raising=False)
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
    from streamlit.testing.v1 import AppTest

    from ui import resources

    idle = SimpleNamespace(problem=None, close=lambda: None)
    monkeypatch.setattr(resources, "open_executor", lambda store: idle)
    monkeypatch.chdir(PROJECT)
    st.cache_resource.clear()

    def open_page(path: str = "pages/draw.py") -> AppTest:
        app = AppTest.from_file(str(PROJECT / "streamlit_app.py"), default_timeout=120).run()
        return app.switch_page(path).run()

    yield open_page
    st.cache_resource.clear()
