"""The database is found, brought up to date by several processes, and survives the end of one."""

import random
import shutil
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from sqlalchemy import URL, Engine, create_engine, event, inspect, text
from sqlalchemy.exc import IntegrityError

from mnist_core.hands import HandError, NewDrawing, open_hands
from mnist_core.hands import database as database_module
from mnist_core.hands.database import find_database_url
from mnist_core.hands.models import Base

KEEP_MANY = """
import sys
import numpy as np
from sqlalchemy import make_url
from mnist_core.hands import NewDrawing, open_hands

store = open_hands(make_url(sys.argv[1]))
hand_id = store.list_hands()[0].id
first = int(sys.argv[2])
print("ready", flush=True)
for number in range(first, first + 100_000):
    image = np.frombuffer(number.to_bytes(784, "big"), np.uint8).reshape(28, 28)
    store.keep(hand_id, NewDrawing(number % 10, image))
    print(number, flush=True)
"""
OPEN = """
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from sqlalchemy import URL, create_engine, make_url
from mnist_core.hands import open_hands

with TemporaryDirectory() as folder:  # imports all that opening needs
    open_hands(URL.create("sqlite", database=str(Path(folder, "hands.sqlite3"))))
url = make_url(sys.argv[1])
create_engine(url)
print("ready", flush=True)
sys.stdin.readline()
print(len(open_hands(url).list_hands()))
"""
INSERT_DRAWING = text(
    "INSERT INTO drawings (id, hand_id, label, pixels, digest, strokes, created) "
    "VALUES (:id, :hand_id, :label, :pixels, :digest, '[]', '2026-11-26')"
)


def start(script: str, *arguments: object) -> "subprocess.Popen[str]":
    """Run a script in a process of its own."""
    command = [sys.executable, "-c", script, *map(str, arguments)]
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


def render(database: URL) -> str:
    """Return an address with its password."""
    return database.render_as_string(hide_password=False)


def configure(engine: Engine, pragma: str) -> None:
    """Run a pragma on every new connection of an SQLite engine."""
    engine.dispose()
    event.listen(engine, "connect", lambda connection, _: connection.execute(pragma))


@pytest.mark.parametrize("given", ["postgres://me@host/name", "postgresql://me@host/name",
                                   "postgresql+psycopg://me@host/name"])  # fmt: skip
def test_forms_of_addresses(given: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Hosting services write postgres://, which SQLAlchemy does not know."""
    monkeypatch.setenv("DATABASE_URL", given)
    assert find_database_url().drivername == "postgresql+psycopg"
    assert find_database_url().host == "host"


def test_the_file_lies_beside_the_runs(runs_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Copying that folder takes the drawings along."""
    monkeypatch.delenv("DATABASE_URL", raising=False)
    open_hands()
    assert (runs_folder / "hands.sqlite3").is_file()


@pytest.mark.parametrize("given", ["nonsense", "mysql://me:secret@host/name", "sqlite://"])
def test_other_addresses_are_refused(given: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The message shows the form that is expected, and no password."""
    monkeypatch.setenv("DATABASE_URL", given)
    with pytest.raises(HandError, match="expected one such as postgresql://") as raised:
        find_database_url()
    assert "secret" not in str(raised.value)


def test_the_migrations_create_the_tables_of_the_models(database: URL) -> None:
    """Alembic would generate no further change."""
    open_hands(database)
    with create_engine(database).connect() as connection:
        context = MigrationContext.configure(connection)
        assert compare_metadata(context, Base.metadata) == []


def test_an_older_database_keeps_its_rows(database: URL) -> None:
    """With their ids, and with the constraints of the tables."""
    if database.get_backend_name() == "sqlite":
        Path(str(database.database)).parent.mkdir()
    config = Config()
    config.set_main_option("script_location", "mnist_core.hands:migrations")
    engine = create_engine(database)
    hands, drawings = (text(f"SELECT * FROM {name} ORDER BY id") for name in ("hands", "drawings"))
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")
        insert = "INSERT INTO hands (id, name, created) VALUES (:id, :name, '2026-11-26')"
        connection.execute(text(insert), [{"id": 2, "name": "Aki"}, {"id": 5, "name": "Ben"}])
        for id_, hand_id in ((9, 5), (3, 2), (4, 5)):
            connection.execute(
                INSERT_DRAWING,
                {
                    "id": id_,
                    "hand_id": hand_id,
                    "label": 7,
                    "pixels": bytes(784),
                    "digest": f"{id_}",
                },
            )
        before = [connection.execute(rows).all() for rows in (hands, drawings)]
    store = open_hands(database)
    with engine.connect() as connection:
        assert [connection.execute(rows).all() for rows in (hands, drawings)] == before
        tables = inspect(connection)
        assert set(tables.get_table_names()) == {"alembic_version", "hands", "drawings"}
        assert tables.get_foreign_keys("drawings")[0]["referred_table"] == "hands"
        assert compare_metadata(MigrationContext.configure(connection), Base.metadata) == []
    engine.dispose()
    assert store.count(5).tolist() == [0] * 7 + [2, 0, 0]
    with pytest.raises(HandError, match="This hand has drawings"):
        store.delete_hand(5)
    if (
        database.get_backend_name() == "sqlite"
    ):  # the sequences of PostgreSQL have given no ids here
        assert store.add_hand("Carla").id == 6
        assert store.keep(2, NewDrawing(1, np.ones((28, 28), np.uint8))).id == 10


def test_the_tables_take_digits_as_labels_only(database: URL) -> None:
    """Whoever writes them, `HandStore` or another program."""
    hand_id = open_hands(database).list_hands()[0].id
    engine = create_engine(database)
    for label in (-1, 10):
        with engine.begin() as connection, pytest.raises(IntegrityError, match="ck_drawings_label"):
            connection.execute(
                INSERT_DRAWING,
                {"id": 1, "hand_id": hand_id, "label": label, "pixels": b"", "digest": "a"},
            )
    engine.dispose()


def test_a_database_of_a_newer_version_is_left_alone(database: URL) -> None:
    """Its tables may mean something else."""
    open_hands(database)
    engine = create_engine(database)
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    engine.dispose()
    with pytest.raises(HandError, match="newer version of this app"):
        open_hands(database)


def test_a_full_disk_leaves_no_half_made_tables(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However much of the tables it has room for, they can be created once there is space."""
    create, failures = database_module._create_engine, 0
    for pages in range(1, 20):
        database = URL.create("sqlite", database=str(tmp_path / f"{pages}.sqlite3"))

        def create_limited(url: URL, pragma: str = f"PRAGMA max_page_count = {pages}") -> Engine:
            engine = create(url)
            configure(engine, pragma)
            return engine

        monkeypatch.setattr(database_module, "_create_engine", create_limited)
        try:
            open_hands(database)
        except HandError as error:
            assert "The disk is full" in str(error)
            failures += 1
        monkeypatch.setattr(database_module, "_create_engine", create)
        assert [hand.name for hand in open_hands(database).list_hands()] == ["My hand"]
    assert 5 < failures < 19


def test_a_file_that_is_being_written_is_explained(tmp_path: Path) -> None:
    """Another process may take long; meanwhile the drawings can be read."""
    database = URL.create("sqlite", database=str(tmp_path / "hands.sqlite3"))
    store = open_hands(database)
    hand_id = store.list_hands()[0].id
    configure(store._sessions.kw["bind"], "PRAGMA busy_timeout = 1")
    with create_engine(database).connect() as connection:
        connection.execute(text("BEGIN IMMEDIATE"))
        with pytest.raises(HandError, match="Another process is writing"):
            store.keep(hand_id, NewDrawing(1, np.ones((28, 28), np.uint8)))
        assert store.count(hand_id).sum() == 0
    store.keep(hand_id, NewDrawing(1, np.ones((28, 28), np.uint8)))
    assert store.count(hand_id).sum() == 1


@pytest.mark.slow
def test_several_processes_create_the_tables_at_once(database: URL) -> None:
    """All begin when the last has been started: one creates them, and the others wait for it."""
    processes = [start(OPEN, render(database)) for _ in range(4)]
    for process in processes:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
    for process in processes:
        assert process.stdin is not None
        process.stdin.write("\n")
        process.stdin.flush()
    results = [process.communicate()[0].strip() for process in processes]
    assert results == ["1"] * 4


@pytest.mark.slow
def test_a_killed_process_loses_at_most_the_drawing_under_way(database: URL) -> None:
    """It is killed at a random moment, several times; what it reported as kept is there."""
    store = open_hands(database)
    hand_id = store.list_hands()[0].id
    reported = 0
    for _ in range(3):
        count = int(store.count(hand_id).sum())
        process = start(KEEP_MANY, render(database), count + 1)
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        assert process.stdout.readline() == f"{count + 1}\n"
        time.sleep(random.uniform(0, 0.4))
        process.kill()
        reported += 1 + sum(line.endswith("\n") for line in process.stdout)
        process.wait()
        kept = int(store.count(hand_id).sum())
        assert reported <= kept <= reported + 1
        reported = kept
    numbers = [int.from_bytes(each.image.tobytes(), "big") for each in store.list_drawings(hand_id)]
    assert numbers == list(range(1, reported + 1))
    assert reported > 0


def test_a_server_that_is_gone_is_explained() -> None:
    """In one sentence with the next step."""
    nowhere = URL.create("postgresql+psycopg", host="127.0.0.1", port=1, database="x")
    with pytest.raises(HandError, match="server cannot be reached"):
        open_hands(nowhere)


def test_a_full_disk_is_explained(tmp_path: Path) -> None:
    """The drawings before it can still be read."""
    database = URL.create("sqlite", database=str(tmp_path / "hands.sqlite3"))
    store = open_hands(database)
    hand_id = store.list_hands()[0].id
    store.keep(hand_id, NewDrawing(1, np.ones((28, 28), np.uint8)))
    engine = store._sessions.kw["bind"]
    with engine.connect() as connection:
        pages = connection.execute(text("PRAGMA page_count")).scalar()
    many = [
        NewDrawing(1, np.random.default_rng(seed).integers(0, 255, (28, 28), np.uint8))
        for seed in range(50)
    ]
    configure(engine, f"PRAGMA max_page_count = {pages}")
    with pytest.raises(HandError, match="The disk is full"):
        store.import_drawings(hand_id, many)
    assert store.count(hand_id).sum() == 1


def test_a_read_only_file_is_explained(tmp_path: Path) -> None:
    """As root, permissions do not hold; SQLite's own switch does."""
    database = URL.create("sqlite", database=str(tmp_path / "hands.sqlite3"))
    store = open_hands(database)
    hand_id = store.list_hands()[0].id
    configure(store._sessions.kw["bind"], "PRAGMA query_only = 1")
    with pytest.raises(HandError, match="cannot be written"):
        store.keep(hand_id, NewDrawing(1, np.ones((28, 28), np.uint8)))


def test_the_file_alone_has_what_was_kept(tmp_path: Path) -> None:
    """Also while the app runs, with all of its connections open."""
    path = tmp_path / "hands.sqlite3"
    store = open_hands(URL.create("sqlite", database=str(path)))
    hand_id = store.list_hands()[0].id
    for number in range(3):
        store.keep(hand_id, NewDrawing(1, np.full((28, 28), number, np.uint8)))
    shutil.copy(path, tmp_path / "copy.sqlite3")
    copy = open_hands(URL.create("sqlite", database=str(tmp_path / "copy.sqlite3")))
    assert copy.count(hand_id).sum() == 3


def test_a_file_that_is_not_a_database_is_explained(tmp_path: Path) -> None:
    """It is not overwritten."""
    path = tmp_path / "hands.sqlite3"
    path.write_bytes(b"something else" * 100)
    with pytest.raises(HandError, match="not a database"):
        open_hands(URL.create("sqlite", database=str(path)))
    assert path.read_bytes() == b"something else" * 100


def test_a_damaged_file_is_explained(tmp_path: Path) -> None:
    """After what the message says, drawings can be kept again."""
    path = tmp_path / "hands.sqlite3"
    database = URL.create("sqlite", database=str(path))
    store = open_hands(database)
    hand_id = store.list_hands()[0].id
    store.keep(hand_id, NewDrawing(1, np.ones((28, 28), np.uint8)))
    store._sessions.kw["bind"].dispose()
    content = path.read_bytes()
    path.write_bytes(content[:4096] + b"damaged " * (len(content) // 8 - 512))
    with pytest.raises(HandError, match=r"damaged\. Stop the app, move away all"):
        store.count(hand_id)
    store._sessions.kw["bind"].dispose()
    away = tmp_path / "away"
    away.mkdir()
    for file in tmp_path.glob("hands.sqlite3*"):
        file.rename(away / file.name)
    store = open_hands(database)
    hand_id = store.list_hands()[0].id
    store.keep(hand_id, NewDrawing(1, np.ones((28, 28), np.uint8)))
    assert store.count(hand_id).sum() == 1
