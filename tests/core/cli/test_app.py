"""Tests of mnist_core.cli.app: the addresses that the app listens on."""

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
