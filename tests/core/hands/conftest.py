"""The store on an SQLite file and on a real PostgreSQL server, which runs for these tests only."""

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import URL, create_engine, make_url, text

from mnist_core.hands import HandStore, open_hands

PROGRAMS = sorted(Path("/usr/lib/postgresql").glob("*/bin"))
NO_SERVER = (
    "PostgreSQL was not found, so the store was not tried on it. Install it (Debian: apt-get "
    "install postgresql)."
)


def _run_as_server(*command: str | Path) -> None:
    """Run a program of PostgreSQL, which refuses to run as root."""
    prefix = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
    subprocess.run([*prefix, *command], check=True, cwd="/", stdout=subprocess.DEVNULL)


@pytest.fixture(scope="session")
def postgresql() -> Iterator[URL]:
    """Start a server in a temporary folder and stop it at the end."""
    if not PROGRAMS:
        if os.environ.get("CI"):
            pytest.fail(NO_SERVER, pytrace=False)
        pytest.skip(NO_SERVER)
    programs = PROGRAMS[-1]
    folder = Path(tempfile.mkdtemp(prefix="hands-"))
    if os.geteuid() == 0:
        os.chown(folder, pwd.getpwnam("postgres").pw_uid, -1)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    cluster = folder / "cluster"
    settings = f"-p {port} -k {folder} -c listen_addresses=127.0.0.1 -c fsync=off"
    _run_as_server(programs / "initdb", "-A", "trust", "-U", "postgres", "-N", "-D", cluster)
    control: list[str | Path] = [
        programs / "pg_ctl",
        "-D",
        cluster,
        "-w",
        "-t",
        "300",
        "-l",
        folder / "log",
    ]
    _run_as_server(*control, "-o", settings, "start")
    try:
        yield make_url(f"postgresql+psycopg://postgres@127.0.0.1:{port}/postgres")
    finally:
        _run_as_server(*control, "-m", "immediate", "stop")
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[URL]:
    """Return the address of an empty database of each kind."""
    if request.param == "sqlite":
        yield URL.create("sqlite", database=str(tmp_path / "data" / "hands.sqlite3"))
        return
    server: URL = request.getfixturevalue("postgresql")
    engine = create_engine(server, isolation_level="AUTOCOMMIT")
    name = f"test_{tmp_path.name}".lower().replace("-", "_")[:60]
    with engine.connect() as connection:
        connection.execute(text(f'CREATE DATABASE "{name}"'))
    yield server.set(database=name)
    with engine.connect() as connection:
        connection.execute(text(f'DROP DATABASE "{name}" WITH (FORCE)'))
    engine.dispose()


@pytest.fixture
def store(database: URL) -> HandStore:
    """Return the store on an empty database of each kind."""
    return open_hands(database)
