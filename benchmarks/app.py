"""The app in a process of its own, as a user starts it."""

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]


@dataclass(frozen=True)
class RunningApp:
    """A started app.

    Attributes:
        url: Its address.
        process: The process that serves its pages.
    """

    url: str
    process: subprocess.Popen[bytes]

    def memory(self) -> float:
        """Return the resident memory of the serving process in MB."""
        return read_memory(self.process.pid)


def read_memory(process: int) -> float:
    """Return a process's resident memory in MB."""
    status = Path(f"/proc/{process}/status").read_text()
    kilobytes = next(line for line in status.splitlines() if line.startswith("VmRSS:"))
    return int(kilobytes.split()[1]) / 1000


def read_processor_seconds(process: int) -> float:
    """Return the processor time of all threads that a process has, in seconds."""
    nanoseconds = 0
    for task in Path(f"/proc/{process}/task").iterdir():
        with suppress(FileNotFoundError, ProcessLookupError):  # the thread has just ended
            nanoseconds += int((task / "schedstat").read_text().split()[0])
    return nanoseconds / 1e9


@contextmanager
def start_app(
    runs: Path, port: int | None = None, script: Path = ROOT / "streamlit_app.py"
) -> Iterator[RunningApp]:
    """Start the app, or another script, until the end of the `with` block.

    Args:
        runs: A folder for training runs and the log.
        port: The port; by default a free one.
        script: A Streamlit script.
    """
    port = port or _find_port()
    url = f"http://localhost:{port}"
    options = [
        "--server.port",
        str(port),
        "--server.headless",
        "true",
        "--server.address",
        "localhost",
    ]
    with (runs / "app.log").open("ab") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "streamlit", "run", str(script), *options],
            cwd=ROOT,
            env={**os.environ, "MNIST_RUNS_DIR": str(runs)},
            stdout=log,
            stderr=log,
        )
        try:
            _wait_for(f"{url}/_stcore/health")
            yield RunningApp(url, process)
        finally:
            process.terminate()
            process.wait()


def _find_port() -> int:
    with socket.socket() as listener:
        listener.bind(("localhost", 0))
        return int(listener.getsockname()[1])


def _wait_for(url: str) -> None:
    deadline = time.monotonic() + 60
    while True:
        try:
            urllib.request.urlopen(url, timeout=1).close()
            return
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.02)
