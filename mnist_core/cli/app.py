"""The commands `app` and `serve`, which start Streamlit."""

from __future__ import annotations

import argparse
import os
import socket
import subprocess
import sys
from pathlib import Path

from mnist_core.errors import MnistError
from mnist_core.messages import message

PACKAGE = Path(__file__).parents[1]


class AppError(MnistError):
    """The script of the app cannot be found."""


def find_script() -> Path:
    """Return the script of the app: in the installed package, or beside it in a checkout.

    Raises:
        AppError: There is none.
    """
    for folder in (PACKAGE / "_app", PACKAGE.parent):
        script = folder / "streamlit_app.py"
        if script.is_file():
            return script
    raise AppError(
        message("The app is missing from {package}. Install draw-a-digit again.", package=PACKAGE)
    )


def find_network_address() -> str:
    """Return this machine's address in its network, or its name where it has none."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))  # chooses an interface; a UDP connect sends nothing
            return str(probe.getsockname()[0])
        except OSError:
            return socket.gethostname()


def make_command(options: argparse.Namespace) -> list[str]:
    """Return the command that starts Streamlit."""
    command = [sys.executable, "-m", "streamlit", "run", str(find_script())]
    if options.on_network:
        # Streamlit prints the address given as browser.serverAddress once it listens.
        command += [
            "--server.address=0.0.0.0",
            "--server.headless=true",
            f"--browser.serverAddress={find_network_address()}",
        ]
    else:
        command.append("--server.address=localhost")
        if options.no_browser:
            command.append("--server.headless=true")
    if options.port is not None:
        command.append(f"--server.port={options.port}")
    return command


def run_app(options: argparse.Namespace) -> int:
    """Start the app, for this machine only or for the network, until it is stopped."""
    command = make_command(options)
    if os.name != "nt":  # there, exec returns to the shell while the app still runs
        os.execv(command[0], command)
    return subprocess.run(command, check=False).returncode
