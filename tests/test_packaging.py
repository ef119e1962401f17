"""The files that start and serve the app agree with each other."""

import re
import subprocess
import sys
import tomllib
from pathlib import Path
from zipfile import ZipFile

import pytest

from mnist_core.files import MAX_FILE_MEGABYTES
from tests import PROJECT

CACHES = (".pyc", ".rehearsal.npz", ".test.npz")


@pytest.mark.slow
def test_the_wheel_holds_what_the_app_needs(tmp_path: Path) -> None:
    """The core with models, data and catalogs, and beside each other the script and its folders."""
    build = [sys.executable, "-m", "hatchling", "build", "--target", "wheel"]
    subprocess.run([*build, "--directory", str(tmp_path)], cwd=PROJECT, check=True)
    (wheel,) = tmp_path.glob("*.whl")
    with ZipFile(wheel) as file:
        names = {name for name in file.namelist() if _is_lasting(Path(name))}
    app = ["streamlit_app.py", ".streamlit/config.toml"]
    app += [path for folder in ("pages", "ui", "static") for path in _list_files(folder)]
    expected = {*_list_files("mnist_core"), *(f"mnist_core/_app/{path}" for path in app)}
    assert {name for name in names if ".dist-info/" not in name} == expected
    assert {"mnist_core/py.typed", "mnist_core/pretrained/compact.onnx"} <= expected


def _list_files(folder: str) -> list[str]:
    """Return the files of the project below a folder, as paths from the project's folder."""
    files = (path for path in (PROJECT / folder).rglob("*") if path.is_file())
    return [str(path.relative_to(PROJECT)) for path in files if _is_lasting(path)]


def _is_lasting(path: Path) -> bool:
    """Return whether a file is neither a cache nor one that another test is writing."""
    return not path.name.startswith(".") and not path.name.endswith(CACHES)


def test_the_configuration_leaves_the_address_to_the_command() -> None:
    """An address there would hide the app from pupils and from hosting services."""
    config = tomllib.loads((PROJECT / ".streamlit" / "config.toml").read_text())
    assert "address" not in config["server"]
    assert "--server.address=localhost" in (PROJECT / "Makefile").read_text()


def test_the_container_is_not_run_by_root() -> None:
    """It has a user who does not own the working folder, one volume and a health check."""
    text = (PROJECT / "Dockerfile").read_text()
    assert re.findall(r"^USER (\d+)$", text, re.MULTILINE) == ["1000"]
    assert re.findall(r"^VOLUME (\S+)$", text, re.MULTILINE) == ["/data"]
    assert re.findall(r"^WORKDIR (\S+)$", text, re.MULTILINE)[-1] == "/"
    assert "PYTHONNOUSERSITE=1" in text
    assert "MNIST_RUNS_DIR=/data" in text
    assert "/_stcore/health" in text


def test_the_server_takes_files_as_large_as_the_pages_state() -> None:
    """Streamlit's limit is the app's, and that of nginx leaves room for the rest of a request."""
    config = tomllib.loads((PROJECT / ".streamlit" / "config.toml").read_text())
    assert config["server"]["maxUploadSize"] == MAX_FILE_MEGABYTES
    proxy = (PROJECT / "deploy" / "nginx.conf").read_text()
    assert re.findall(r"client_max_body_size (\d+)m;", proxy) == [str(MAX_FILE_MEGABYTES + 1)]
