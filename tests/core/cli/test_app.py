"""Tests of mnist_core.cli.app: the script of the app, and the addresses that it listens on."""

from pathlib import Path
from types import SimpleNamespace

import pytest

from mnist_core.cli import app, main
from tests import PROJECT


@pytest.mark.parametrize("arguments", [[], ["app"], ["app", "--no-browser", "--port", "8599"]])
def test_the_app_is_private_to_the_machine(
    arguments: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without a command and with `app`, Streamlit listens on localhost only."""
    commands: list[list[str]] = []
    monkeypatch.setattr(app.os, "execv", lambda program, command: commands.append(command))
    monkeypatch.setattr(app.subprocess, "run", lambda command, check: SimpleNamespace(returncode=0))
    assert main(arguments) == 0
    (command,) = commands
    assert command[1:5] == ["-m", "streamlit", "run", str(PROJECT / "streamlit_app.py")]
    assert "--server.address=localhost" in command
    assert ("--server.headless=true" in command) == ("--no-browser" in arguments)
    assert ("--server.port=8599" in command) == ("--port" in arguments)


def test_serve_listens_on_the_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """Streamlit listens on all addresses and prints that of this machine."""
    commands: list[list[str]] = []
    monkeypatch.setattr(app.os, "execv", lambda program, command: commands.append(command))
    monkeypatch.setattr(app.subprocess, "run", lambda command, check: SimpleNamespace(returncode=0))
    monkeypatch.setattr(app, "find_network_address", lambda: "192.168.0.7")
    assert main(["serve"]) == 0
    assert commands[0][5:] == [
        "--server.address=0.0.0.0",
        "--server.headless=true",
        "--browser.serverAddress=192.168.0.7",
    ]


def test_an_installed_package_has_its_own_script(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It comes before a script beside the package; without either, a message says what to do."""
    package = tmp_path / "mnist_core"
    monkeypatch.setattr(app, "PACKAGE", package)
    with pytest.raises(app.AppError, match="Install draw-a-digit again"):
        app.find_script()
    beside = tmp_path / "streamlit_app.py"
    beside.touch()
    assert app.find_script() == beside
    installed = package / "_app" / "streamlit_app.py"
    installed.parent.mkdir(parents=True)
    installed.touch()
    assert app.find_script() == installed
