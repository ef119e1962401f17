"""Tests of mnist_core.runs.location."""

from pathlib import Path

import pytest

from mnist_core.runs import location
from mnist_core.runs.location import find_runs_folder
from mnist_core.runs.store import open_store
from tests import PROJECT


def test_a_named_folder_is_used(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A relative path is relative to the working folder when the store is opened."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("MNIST_RUNS_DIR", "here")
    assert open_store().folder == tmp_path / "here"


@pytest.mark.parametrize("named", ["", None])
def test_the_runs_of_a_checkout_lie_beside_the_app(
    monkeypatch: pytest.MonkeyPatch, named: str | None
) -> None:
    """An empty name counts as none."""
    monkeypatch.delenv("MNIST_RUNS_DIR", raising=False)
    if named is not None:
        monkeypatch.setenv("MNIST_RUNS_DIR", named)
    assert find_runs_folder() == PROJECT / "runs"


def test_the_runs_of_an_installed_package_lie_in_the_users_data(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Nothing is written into site-packages."""
    monkeypatch.delenv("MNIST_RUNS_DIR", raising=False)
    monkeypatch.setattr(location, "PACKAGE_PARENT", tmp_path / "site-packages")
    monkeypatch.setattr(location, "user_data_path", lambda name, appauthor: tmp_path / name)
    assert find_runs_folder() == tmp_path / "draw-a-digit" / "runs"
