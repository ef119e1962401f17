"""Tests of ui.training.model_upload: loading a model file on the page."""

import pytest
from filelock import FileLock
from streamlit.testing.v1 import AppTest

from benchmarks.keras_files import write_archive
from mnist_core.training import model_conversion
from tests.waiting import LONGEST_WAIT
from ui import resources


def show_upload():
    """Show the upload alone, as a script."""
    from ui.training.model_upload import show_model_files

    show_model_files()


@pytest.fixture
def runs(tmp_path, monkeypatch):
    """Return the folder of runs that the page uses."""
    monkeypatch.setenv("MNIST_RUNS_DIR", str(tmp_path / "runs"))
    resources.get_store.clear()
    yield tmp_path / "runs"
    resources.get_store.clear()


def upload(file):
    """Give a file to the page and press the button."""
    page = AppTest.from_function(show_upload, default_timeout=LONGEST_WAIT).run()
    page.file_uploader[0].set_value((file.name, file.read_bytes(), "application/zip")).run()
    return page.button(key="train_load").click().run()


def test_a_keras_file_is_loaded(runs, tmp_path):
    """The page says so and lists it."""
    page = upload(write_archive(tmp_path / "tiny.keras"))
    assert "tiny.keras" in page.success[0].value
    assert not page.error


def test_a_file_that_cannot_be_converted_yet_is_explained(runs, tmp_path, monkeypatch):
    """Another conversion holds the lock longer than the page waits."""
    monkeypatch.setattr(model_conversion, "WAIT_SECONDS", 0.01)
    runs.mkdir()
    with FileLock(runs / model_conversion.LOCK):
        page = upload(write_archive(tmp_path / "tiny.keras"))
    assert "other files were still before it" in page.error[0].value
    assert not page.exception
