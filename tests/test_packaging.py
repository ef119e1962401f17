"""The files that start and serve the app agree with each other."""

import re
import tomllib

from mnist_core.files import MAX_FILE_MEGABYTES
from tests import PROJECT


def test_the_wheel_holds_what_the_app_needs() -> None:
    """The script, its folders and its configuration go beside each other into the package."""
    project = tomllib.loads((PROJECT / "pyproject.toml").read_text())
    included = project["tool"]["hatch"]["build"]["targets"]["wheel"]["force-include"]
    expected = ["streamlit_app.py", "pages", "ui", "static", ".streamlit/config.toml"]
    assert included == {path: f"mnist_core/_app/{path}" for path in expected}
    assert all((PROJECT / path).exists() for path in expected)


def test_the_configuration_leaves_the_address_to_the_command() -> None:
    """An address there would hide the app from pupils and from hosting services."""
    config = tomllib.loads((PROJECT / ".streamlit" / "config.toml").read_text())
    assert "address" not in config["server"]
    assert "--server.address=localhost" in (PROJECT / "Makefile").read_text()


def test_the_container_is_not_run_by_root() -> None:
    """It has a user, one volume for the runs and a health check."""
    text = (PROJECT / "Dockerfile").read_text()
    assert re.findall(r"^USER (\d+)$", text, re.MULTILINE) == ["1000"]
    assert re.findall(r"^VOLUME (\S+)$", text, re.MULTILINE) == ["/data"]
    assert "MNIST_RUNS_DIR=/data" in text
    assert "/_stcore/health" in text


def test_the_server_takes_files_as_large_as_the_pages_state() -> None:
    """Streamlit's limit is the app's, and that of nginx leaves room for the rest of a request."""
    config = tomllib.loads((PROJECT / ".streamlit" / "config.toml").read_text())
    assert config["server"]["maxUploadSize"] == MAX_FILE_MEGABYTES
    proxy = (PROJECT / "deploy" / "nginx.conf").read_text()
    assert re.findall(r"client_max_body_size (\d+)m;", proxy) == [str(MAX_FILE_MEGABYTES + 1)]
