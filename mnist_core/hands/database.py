"""The database of the hands: where it is, its tables, and messages about what can go wrong.

By default it is an SQLite file in the folder of the runs. `DATABASE_URL` names a PostgreSQL server
instead, which any number of processes and machines can share.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from filelock import FileLock
from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url, text
from sqlalchemy.exc import ArgumentError, DBAPIError, SQLAlchemyError

from mnist_core.errors import MnistError, describe_fault
from mnist_core.messages import message
from mnist_core.runs.location import find_runs_folder
from mnist_core.runs.write_errors import explain_failure

if TYPE_CHECKING:
    from mnist_core.hands.store import HandStore

FILE_NAME = "hands.sqlite3"
POSTGRESQL = "postgresql+psycopg"
POSTGRESQL_NAMES = ("postgres", "postgresql", POSTGRESQL)
WAIT_SECONDS = 5
MIGRATION_LOCK = 5_272_018_443  # any number, the same for all processes

_MESSAGES = {
    "SQLITE_FULL": message("The disk is full. Free some space, and keep the drawing again."),
    "SQLITE_READONLY": message(
        "The file of the drawings cannot be written. Check the permissions of hands.sqlite3 and "
        "of its folder."
    ),
    "SQLITE_CANTOPEN": message(
        "The file of the drawings cannot be opened. Check the permissions of the folder of the "
        "runs."
    ),
    "SQLITE_BUSY": message("Another process is writing to the file of the drawings. Try again."),
    "SQLITE_NOTADB": message(
        "The file hands.sqlite3 in the folder of the runs is not a database. Stop the app, move "
        "away all files whose names start with hands.sqlite3, and start the app again. A new one "
        "is created."
    ),
    "SQLITE_CORRUPT": message(
        "The file hands.sqlite3 in the folder of the runs is damaged. Stop the app, move away all "
        "files whose names start with hands.sqlite3, and start the app again. A new one is created."
    ),
    "53100": message(
        "The disk of the database server is full. Free some space there, and keep the drawing "
        "again."
    ),
    "25006": message(
        "The database server accepts no changes at the moment. Keep the drawing again later."
    ),
    "28P01": message(
        "The database server refuses the password in DATABASE_URL. Correct it, and start the app "
        "again."
    ),
    "3D000": message(
        "The database that DATABASE_URL names does not exist. Create it on the server."
    ),
}
_UNREACHABLE = message(
    "The database server cannot be reached. Check that it runs and that DATABASE_URL names it, "
    "and try again."
)


class HandError(MnistError):
    """The database cannot be used, or what should be stored in it is not acceptable."""


def find_database_url() -> URL:
    """Return the database that `DATABASE_URL` names, or the SQLite file beside the runs.

    Raises:
        HandError: `DATABASE_URL` is not the address of a PostgreSQL or SQLite database.
    """
    given = os.environ.get("DATABASE_URL")
    if not given:
        return URL.create("sqlite", database=str(find_runs_folder() / FILE_NAME))
    try:
        url = make_url(given)
    except ArgumentError as error:
        raise HandError(_describe_address(message("not the address of a database"))) from error
    if url.drivername in POSTGRESQL_NAMES:
        return url.set(drivername=POSTGRESQL)
    if url.drivername == "sqlite" and url.database:
        return url
    raise HandError(
        _describe_address(
            message("the address of a {drivername} database", drivername=url.drivername)
        )
    )


def _describe_address(found: str) -> str:
    return message(
        "DATABASE_URL is {found}; expected one such as postgresql://user:password@host/name. "
        "Correct it, or unset it to keep drawings in a file beside the runs.",
        found=found,
    )


def open_hands(url: URL | None = None) -> HandStore:
    """Open the database, create or update its tables, and return the store.

    Several processes may do this at the same time.

    Args:
        url: The database; by default `find_database_url()`.

    Raises:
        HandError: The database cannot be used.

    Examples:
        >>> from tempfile import TemporaryDirectory
        >>> with TemporaryDirectory() as folder:
        ...     store = open_hands(URL.create("sqlite", database=f"{folder}/drawings.db"))
        ...     [hand.name for hand in store.list_hands()]
        ['My hand']
    """
    from mnist_core.hands.store import HandStore

    url = url or find_database_url()
    if url.get_backend_name() == "sqlite":
        assert url.database is not None
        with explain_failure(HandError, message("Drawings cannot be kept.")):
            Path(url.database).parent.mkdir(parents=True, exist_ok=True)
    engine = _create_engine(url)
    with explain_database_errors():
        _migrate(engine)
    return HandStore(engine)


@contextmanager
def explain_database_errors() -> Iterator[None]:
    """Turn errors of the database that are raised in the block into user-facing ones."""
    try:
        yield
    except DBAPIError as error:
        raise HandError(_describe(error)) from error
    except (SQLAlchemyError, OSError) as error:
        raise HandError(
            message("The database cannot be used ({fault}).", fault=describe_fault(error))
        ) from error


def _describe(error: DBAPIError) -> str:
    cause: Any = error.orig
    code = getattr(cause, "sqlite_errorname", None)
    if code is None:
        code = getattr(cause, "sqlstate", None)
        if code is None or code.startswith(("08", "57P")):
            return _UNREACHABLE
    known = [text for name, text in _MESSAGES.items() if code.startswith(name)]
    if known:
        return known[0]
    return message("The database cannot be used ({fault}).", fault=describe_fault(cause))


def _create_engine(url: URL) -> Engine:
    if url.get_backend_name() != "sqlite":
        try:
            return create_engine(
                url, connect_args={"connect_timeout": WAIT_SECONDS}, pool_pre_ping=True
            )
        except ModuleNotFoundError as error:
            raise HandError(
                message(
                    "DATABASE_URL names a PostgreSQL server, but psycopg is not installed. "
                    "Install it with: pip install 'psycopg[binary]'"
                )
            ) from error
    # Without an isolation level, the driver begins no transactions by itself, which it would do
    # only before an INSERT, UPDATE or DELETE: not before a check, nor before a change of tables.
    engine = create_engine(url, connect_args={"timeout": WAIT_SECONDS, "isolation_level": None})

    @event.listens_for(engine, "connect")
    def configure(connection: Any, _record: object) -> None:
        connection.execute("PRAGMA foreign_keys = ON")
        # A commit survives the end of the process, though the last ones may not survive a power
        # cut; the file is not damaged by either.
        connection.execute("PRAGMA synchronous = NORMAL")
        # Every commit is moved from the file beside it (-wal) into the file that people copy.
        connection.execute("PRAGMA wal_autocheckpoint = 1")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        if connection.get_execution_options().get("writes"):
            connection.exec_driver_sql("BEGIN IMMEDIATE")

    return engine


def for_writing(engine: Engine) -> Engine:
    """Return the engine for transactions that write.

    In SQLite they have the file's only write lock from their beginning, so that what they check
    stays true until they end. Without this, each statement is a transaction of its own there.
    """
    return engine.execution_options(writes=True)


def _migrate(engine: Engine) -> None:
    """Bring the tables up to date, in one process at a time."""
    config = Config()
    config.set_main_option("script_location", "mnist_core.hands:migrations")
    if _read_version(engine) == ScriptDirectory.from_config(config).get_current_head():
        return
    try:
        if engine.dialect.name == "sqlite":
            _migrate_sqlite(engine, config)
        else:
            with for_writing(engine).begin() as connection:
                connection.execute(text(f"SELECT pg_advisory_xact_lock({MIGRATION_LOCK})"))
                config.attributes["connection"] = connection
                command.upgrade(config, "head")
    except CommandError as error:
        raise HandError(
            message(
                "The database was written by a newer version of this app. Install that version, "
                "or set DATABASE_URL to another database."
            )
        ) from error


def _migrate_sqlite(engine: Engine, config: Config) -> None:
    path = Path(str(engine.url.database))
    with FileLock(path.with_name(f".{path.name}.lock")):
        with engine.connect() as connection:
            # Readers and the one who writes do not wait for each other; the file remembers it.
            connection.execute(text("PRAGMA journal_mode = WAL"))
        with for_writing(engine).begin() as connection:
            config.attributes["connection"] = connection
            command.upgrade(config, "head")


def _read_version(engine: Engine) -> str | None:
    with engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()
