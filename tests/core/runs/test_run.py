"""Tests of mnist_core.runs.run: the record is truthful, and tolerant of damage."""

import errno
import json
import math
import random
import shutil
import threading
import time
import zipfile
from dataclasses import asdict
from pathlib import Path

import numpy as np
import pytest
from filelock import FileLock
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mnist_core.config import TrainingConfig
from mnist_core.runs.checkpoint import write_checkpoint
from mnist_core.runs.run_error import RunError
from mnist_core.runs.snapshot import STATUSES
from mnist_core.runs.store import RunStore, make_unique
from mnist_core.training.epochs import EpochResult, Progress
from mnist_core.training.fit_diagnosis import Results


@pytest.fixture
def store(tmp_path):
    """Return an empty store of runs."""
    return RunStore(tmp_path / "runs")


def make_progress(epoch=1, step=1):
    """Return a progress report."""
    return Progress(epoch, 3, step, 10, loss=1.5, accuracy=0.5, seconds=0.1)


def make_result(epoch=1):
    """Return what an epoch gave."""
    return EpochResult(epoch, 10, 0.5, 0.8, 0.4, 0.9, seconds=2.0)


def save_model(path):
    """Write something instead of a Keras model."""
    path.write_bytes(b"network")


def fill(run):
    """Write the files of three epochs."""
    for epoch in (1, 2, 3):
        run.append_batch(make_progress(epoch))
        run.append_epoch(make_result(epoch))
        run.epoch_model_path(epoch).write_bytes(b"network")
    write_checkpoint(run.checkpoint_path, save_model, [make_result(n) for n in (1, 2, 3)])
    run.model_path.write_bytes(b"network")
    run.write_state(status="finished", results=Results(0.01, 0.99, 0.02, 0.98).__dict__)
    return run


def touch_everything(store):
    """Read all that a page reads of every run."""
    for snapshot in store.list():
        run = snapshot.run
        assert snapshot.status in STATUSES
        assert isinstance(snapshot.name, str)
        assert snapshot.created is not None
        for value in (run.read_epochs(), snapshot.saved_epochs, snapshot.reason, snapshot.results):
            repr(value)
        for report in run.read_batches():
            assert report.fraction >= 0
        try:
            assert isinstance(snapshot.config, TrainingConfig)
        except RunError as error:
            assert run.id in str(error)
    store.queue()


def test_a_new_run_waits_with_its_settings(store):
    """Its configuration and name are read back from the folder."""
    config = TrainingConfig(epochs=7, seed=3)
    run = store.get(store.create(config, name="Seven").id)
    assert (run.read().config, run.read().name, run.read().status) == (config, "Seven", "queued")
    assert run.read_epochs() == run.read_batches() == run.list_saved_epochs() == []
    assert [waiting.id for waiting in store.queue()] == [run.id]


def test_a_drawing_goes_with_its_run(store):
    """It is read back as it was; a damaged one is none."""
    drawing = np.random.default_rng(0).random((28, 28), np.float32)
    run = store.create(TrainingConfig(), drawing=drawing)
    np.testing.assert_array_equal(run.read_drawing(), drawing)
    (run.folder / "drawing.npy").write_bytes(b"\x93NUMPY")
    assert run.read_drawing() is None
    assert store.create(TrainingConfig()).read_drawing() is None


def test_a_run_without_a_name_says_what_it_trains(store):
    """The default name is a description."""
    assert store.create(TrainingConfig(epochs=1)).read().name.startswith("Compact, 1 epoch, ")


def test_records_are_read_back_as_written(store):
    """Reports and epochs survive the way through their files."""
    run = store.create(TrainingConfig())
    run.append_batch(make_progress())
    run.append_epoch(EpochResult(1, 10, 0.5, 0.8, None, None, 2.0))
    assert run.read_batches() == [make_progress()]
    assert run.read_epochs() == [EpochResult(1, 10, 0.5, 0.8, None, None, 2.0)]


def test_a_run_is_running_only_while_its_lock_is_held(store):
    """A run that claims to run while no process holds its lock was interrupted."""
    run = store.create(TrainingConfig())
    run.write_state(status="running")
    assert run.read().status == "interrupted"
    with FileLock(run.folder / "lock"):
        assert run.read().status == "running"
        run.request_stop()
        assert run.read().status == "stopping"


def test_looking_at_a_run_does_not_make_it_seem_locked(store):
    """Many readers at once all say that the run was interrupted."""
    run = store.create(TrainingConfig())
    run.write_state(status="running")
    seen = set()

    def look():
        for _ in range(50):
            seen.add(store.get(run.id).read().status)

    threads = [threading.Thread(target=look) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert seen == {"interrupted"}


@pytest.mark.parametrize("status", ["queued", "finished", "damaged"])
def test_only_what_broke_off_can_be_resumed(store, status):
    """A run that waits, has finished or cannot be read is not queued again."""
    run = store.create(TrainingConfig(), status=status)
    with pytest.raises(RunError, match="cannot be resumed"):
        run.resume()


def test_resuming_forgets_the_stop_and_the_reason(store):
    """A failed run that was asked to stop waits afresh."""
    run = store.create(TrainingConfig())
    run.request_stop()
    run.write_state(status="failed", reason="The disk was full.")
    run.resume()
    assert (run.read().status, run.read().reason, run.is_stop_requested()) == (
        "queued",
        None,
        False,
    )


def test_a_stop_that_comes_as_a_worker_takes_the_run(store):
    """It does not write over what the worker says; the worker finds the request."""
    run = store.create(TrainingConfig())
    with FileLock(run.folder / "lock"):
        run.request_stop()
        assert run.is_stop_requested()
        assert run.read().state["status"] == "queued"


def test_a_resumed_run_is_free_for_any_worker(store):
    """Past the queue it is held by whoever resumed it, and by nobody else."""
    run = store.create(TrainingConfig(), status="stopped")
    run.resume()
    assert not run.is_locked()
    run.write_state(status="failed")
    run.resume_in_process()
    assert run.is_locked() and run.read().status == "running"
    run.lock.release()


def test_a_run_resumes_after_the_epoch_of_its_checkpoint(store):
    """Whatever else is recorded; a checkpoint of an earlier version counts the epochs' models."""
    run = store.create(TrainingConfig(epochs=3), status="interrupted")

    def read_epochs():
        snapshot = run.read()
        return snapshot.completed_epochs, snapshot.resumes_after

    run.append_epoch(make_result(1))
    assert read_epochs() == (0, 0)
    run.epoch_model_path(1).write_bytes(b"network")
    assert read_epochs() == (1, 0)
    run.write_checkpoint(make_result(2), save_model)
    assert read_epochs() == (1, 2)
    run.epoch_model_path(2).write_bytes(b"network")
    assert read_epochs() == (2, 2)
    with zipfile.ZipFile(run.checkpoint_path, "w") as archive:
        archive.writestr("config.json", "{}")
    assert read_epochs() == (2, 2)
    run.checkpoint_path.write_bytes(b"damaged")
    assert read_epochs() == (2, 0)


def test_a_run_that_is_trained_again_has_no_results(store):
    """They are those of the training before, and hold again if this one is taken back."""
    run = fill(store.create(TrainingConfig()))
    run.write_state(status="stopped")
    results = run.read().results
    run.resume()
    assert run.read().results is None
    run.request_stop()
    assert run.read().results == results is not None


def test_restoring_an_epoch_deletes_what_came_after_it(store):
    """Lines, models and partial files after the epoch are deleted, all before it remain."""
    run = fill(store.create(TrainingConfig()))
    with (run.folder / "epochs.jsonl").open("a") as file:
        file.write('{"epoch": 4, "ste')
    (run.folder / ".half.keras").write_bytes(b"PK")
    run.restore_epoch(2)
    run.append_epoch(make_result(3))
    assert [result.epoch for result in run.read_epochs()] == [1, 2, 3]
    assert [report.epoch for report in run.read_batches()] == [1, 2]
    assert run.list_saved_epochs() == [1, 2]
    assert not (run.folder / ".half.keras").exists()


def test_restoring_an_epoch_deletes_partial_files(store):
    """They are left when the process is killed while it writes; only the request is the app's."""
    run = store.create(TrainingConfig())
    partial = [".state-a1.json", ".epochs-b2.jsonl", ".model-c3.onnx", "epochs/.003-x.onnx"]
    for name in (*partial, ".request-d4.json"):
        (run.folder / name).touch()
    run.restore_epoch(0)
    assert [path.name for path in run.folder.rglob(".*")] == [".request-d4.json"]


def test_restoring_an_epoch_completes_its_results(store):
    """Lines that were lost are taken from the checkpoint."""
    run = fill(store.create(TrainingConfig()))
    run.epochs_path.write_text("")
    run.restore_epoch(2)
    assert run.read_epochs() == [make_result(1), make_result(2)]


def test_a_failure_is_recorded_on_a_full_disk(store, monkeypatch):
    """In the space that the state already has; without a state there is none."""
    run = store.create(TrainingConfig(), status="running")

    def write_in_vain(path):
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr("mnist_core.runs.json_file.write_atomically", write_in_vain)
        run.write_failure("A long reason. " * 20)
        run.write_failure("The disk is full.")
    assert (run.read().status, run.read().reason) == ("failed", "The disk is full.")
    run.resume()
    assert run.read().status == "queued"
    run.state_path.unlink()
    monkeypatch.setattr("mnist_core.runs.json_file.write_atomically", write_in_vain)
    with pytest.raises(OSError):
        run.write_failure("The disk is full.")


def test_renaming(store):
    """A name is trimmed and kept; an empty or endless one is refused."""
    run = store.create(TrainingConfig())
    run.rename("  My first network ")
    assert store.get(run.id).read().name == "My first network"
    for name in ("", "   ", "x" * 81):
        with pytest.raises(RunError, match="1 to 80 characters"):
            run.rename(name)
        with pytest.raises(RunError, match="1 to 80 characters"):
            store.create(TrainingConfig(), name=name)


def test_deleting(store):
    """A run that ended can be deleted, also by two people; one that is in training cannot."""
    run = fill(store.create(TrainingConfig()))
    store.delete(run)
    assert store.list() == [] and not list(store.folder.iterdir())
    store.delete(run)
    active = store.create(TrainingConfig(), status="running")
    with FileLock(active.folder / "lock"):
        with pytest.raises(RunError, match="stop it first"):
            store.delete(active)
        active.request_stop()
        assert active.read().status == "stopping"
        with pytest.raises(RunError, match="stop it first"):
            store.delete(active)


def test_a_partly_deleted_run_is_not_listed(store, monkeypatch):
    """It is hidden before the first of its files is deleted."""
    run = fill(store.create(TrainingConfig()))

    def delete_one_file(folder):
        (folder / "state.json").unlink()
        raise OSError(errno.EIO, "Input/output error")

    with monkeypatch.context() as patch, pytest.raises(RunError, match="cannot be deleted"):
        patch.setattr("mnist_core.runs.store.shutil.rmtree", delete_one_file)
        store.delete(run)
    assert store.list() == []


@pytest.mark.parametrize("run_id", ["gone", "..", "", "a/b", "../runs"])
def test_a_run_that_is_not_there(store, run_id):
    """An unknown id, or a path in its place, gives a sentence."""
    store.create(TrainingConfig())
    with pytest.raises(RunError, match="no run"):
        store.get(run_id)


def test_a_folder_that_cannot_be_written(tmp_path):
    """Asking for a run where none can be recorded says what to do."""
    (tmp_path / "file").write_text("no folder")
    with pytest.raises(RunError, match="MNIST_RUNS_DIR"):
        RunStore(tmp_path / "file").create(TrainingConfig())
    assert RunStore(tmp_path / "file").list() == []


def test_a_full_disk_is_one_sentence(store, monkeypatch):
    """Whatever is asked of a run, it stays as it was; a new one leaves nothing behind."""
    run = store.create(TrainingConfig(), name="Old", status="stopped")

    def write_in_vain(path):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("mnist_core.runs.json_file.write_atomically", write_in_vain)
    for ask in (run.resume, lambda: run.rename("New"), lambda: store.create(TrainingConfig())):
        with pytest.raises(RunError, match=r"The disk is full\. Free some space"):
            ask()
    assert (run.read().name, run.read().status, run.is_locked()) == (
        "Old",
        "stopped",
        False,
    )
    assert list(store.folder.iterdir()) == [run.folder]


def test_a_run_is_listed_only_once_it_is_whole(store, monkeypatch):
    """A process that is killed while it writes a new run leaves none that is damaged."""

    class Killed(BaseException):
        pass

    def kill(*arguments, **changes):
        raise Killed

    monkeypatch.setattr("mnist_core.runs.run.Run.write_state", kill)
    with pytest.raises(Killed):
        store.create(TrainingConfig())
    assert list(store.folder.iterdir()) and not store.list()


DAMAGES = {
    "deleted": lambda path, _: path.unlink(),
    "truncated": lambda path, dice: path.write_bytes(
        path.read_bytes()[: dice.randrange(path.stat().st_size or 1)]
    ),
    "garbled": lambda path, dice: path.write_bytes(dice.randbytes(200)),
    "emptied": lambda path, _: path.write_bytes(b""),
    "a folder": lambda path, _: (path.unlink(), path.mkdir()),
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_no_damage_to_a_file_breaks_the_list(store, damage):
    """Whatever happens to any one file, every run can still be looked at."""
    whole = fill(store.create(TrainingConfig()))
    (whole.folder / "lock").touch()
    (whole.folder / "stop").touch()
    names = [path.relative_to(whole.folder) for path in whole.folder.rglob("*") if path.is_file()]
    assert len(names) >= 10
    dice = random.Random(3)
    for name in names:
        victim = store.folder / f"victim-{name.name}"
        shutil.copytree(whole.folder, victim)
        DAMAGES[damage](victim / name, dice)
    touch_everything(store)
    assert whole.read().status == "finished"


@pytest.mark.parametrize(
    "created",
    ["0001-01-01T00:00:00+10:00", "9999-12-31T23:59:59-23:00", "0001-01-01T00:00:00+00:00",
     "9999-12-31T23:59:59+00:00", "0001-01-01", "yesterday", 5],
)  # fmt: skip
@pytest.mark.parametrize("zone", ["America/Los_Angeles", "Asia/Tokyo"])
def test_a_senseless_date_reads_as_unknown(store, monkeypatch, created, zone):
    """A date that cannot be, here or elsewhere, costs the run its place and no more."""
    run = store.create(TrainingConfig())
    request = json.loads((run.folder / "run.json").read_text())
    (run.folder / "run.json").write_text(json.dumps({**request, "created": created}))
    with monkeypatch.context() as patch:
        patch.setenv("TZ", zone)
        time.tzset()
        touch_everything(store)
    time.tzset()
    assert run.read().created.timestamp() == 0


@pytest.mark.parametrize("model", [["x"], None, 3, {}])
def test_a_senseless_network_reads_as_damage(store, model):
    """The run goes by its id, and says what is wrong."""
    run = store.create(TrainingConfig())
    request = json.loads((run.folder / "run.json").read_text())
    request["config"]["model"] = model
    (run.folder / "run.json").write_text(json.dumps(request))
    damaged = store.get(run.id)
    assert (damaged.read().name, damaged.read().status) == (run.id, "damaged")


@pytest.mark.parametrize("config", [["validation_share"], "validation_share", 10**400, None])
def test_settings_without_names_read_as_damage(store, config):
    """The list still shows all runs."""
    run = store.create(TrainingConfig())
    request = json.loads(run.request_path.read_text())
    run.request_path.write_text(json.dumps({**request, "config": config}))
    (snapshot,) = store.list()
    assert (snapshot.name, snapshot.status) == (run.id, "damaged")


def test_a_reason_that_cannot_be_made_again_stays_english(store):
    """Its number is larger than any that can be formatted so."""
    run = store.create(TrainingConfig(), status="failed")
    parts = {"template": "{size:g} MB", "plural": None, "number": 1, "values": {"size": 10**400}}
    run.write_state(reason="1 MB", reason_message=parts)
    assert type(run.read().reason) is str


@pytest.mark.parametrize(
    ("name", "value", "kept"),
    [
        ("seconds", float("nan"), False),
        ("seconds", float("inf"), False),
        ("seconds", -1.0, False),
        ("seconds", 1e300, False),
        ("accuracy", float("nan"), False),
        ("validation_accuracy", 1.5, False),
        ("validation_accuracy", None, True),
        ("accuracy", None, False),
        ("epoch", 10**400, False),
        ("steps", True, False),
        ("loss", 10**400, False),
        ("loss", float("nan"), True),
        ("validation_loss", float("inf"), True),
    ],
)
def test_figures_that_cannot_be_are_left_out(store, name, value, kept):
    """A loss may be anything where training diverged; times and shares are always finite."""
    run = store.create(TrainingConfig())
    line = json.dumps({**asdict(make_result()), name: value})
    (run.folder / "epochs.jsonl").write_text(line + "\n")
    assert len(run.read_epochs()) == kept


def test_a_report_beyond_the_end_is_left_out(store):
    """No run is more than done."""
    run = store.create(TrainingConfig())
    run.append_batch(make_progress(3, 10))
    run.append_batch(make_progress(4, 1))
    run.append_batch(make_progress(3, 11))
    assert [report.fraction for report in run.read_batches()] == [1.0]


def test_results_that_cannot_be_are_none(store):
    """An accuracy that is NaN counts as no results; a loss that is NaN means divergence."""
    run = store.create(TrainingConfig(), status="finished")
    run.write_state(results={**Results(0.1, 0.9, 0.1, 0.9).__dict__, "test_accuracy": math.nan})
    assert run.read().results is None
    run.write_state(results={**Results(0.1, 0.9, 0.1, 0.9).__dict__, "test_loss": math.nan})
    assert run.read().results is not None


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.just(10**400) | st.floats()
    | st.text(max_size=8) | st.just("validation_share"),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=8,
)  # fmt: skip
FIELDS = st.sampled_from(
    ["status", "reason", "reason_message", "results", "name", "created", "config", "epoch",
     "epochs", "step", "steps", "loss", "accuracy", "seconds", "validation_loss",
     "validation_accuracy", "worker", "hand", "base_id", "base_title", "drawings"]
)  # fmt: skip


@settings(
    max_examples=40,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    name=st.sampled_from(
        ["run.json", "state.json", "teaching.json", "epochs.jsonl", "batches.jsonl"]
    ),
    values=st.dictionaries(FIELDS, JSON) | JSON,
)
def test_senseless_json_breaks_nothing(store, name, values):
    """Valid JSON of any other shape in any of the files reads as damage, not as a fault."""
    runs = store.list()
    run = runs[0].run if runs else fill(store.create(TrainingConfig()))
    path = run.folder / name
    before = path.read_bytes() if path.exists() else b""
    path.write_text(json.dumps(values))
    touch_everything(RunStore(store.folder))
    path.write_bytes(before)


def test_only_what_has_the_record_of_a_run_is_one(store):
    """Any other folder beside the runs is neither listed nor offered to be deleted."""
    run = store.create(TrainingConfig())
    (store.folder / "holiday").mkdir()
    (store.folder / "holiday" / "photo.jpg").write_bytes(b"")
    assert [listed.id for listed in store.list()] == [run.id]
    with pytest.raises(RunError, match="no run “holiday”"):
        store.get("holiday")
    (run.folder / "run.json").unlink()
    assert [listed.status for listed in store.list()] == ["damaged"]


def test_a_damaged_run_keeps_what_is_left_of_its_record(store):
    """Giving it a name would replace the file that a person might still mend."""
    run = store.create(TrainingConfig())
    damaged = (run.folder / "run.json").read_text().replace("}", ",}")
    (run.folder / "run.json").write_text(damaged)
    with pytest.raises(RunError, match="cannot be read"):
        store.get(run.id).rename("Mine")
    assert (run.folder / "run.json").read_text() == damaged


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        (["x", "y", "x", "x"], ["x", "y", "x (2)", "x (3)"]),
        (["x (2)", "x", "x"], ["x (2)", "x", "x (3)"]),
        (["x", "x", "x (2)"], ["x", "x (2)", "x (2) (2)"]),
    ],
)
def test_names_are_made_unique(names, expected):
    """Whatever numbers people gave them already."""
    assert make_unique(names) == expected


def test_an_archive_in_place_of_the_drawing_is_ignored(tmp_path: Path) -> None:
    """NumPy reads it too, but as another type."""
    run = RunStore(tmp_path).create(TrainingConfig())
    with run.drawing_path.open("wb") as file:
        np.savez(file, a=np.zeros(1))
    assert run.read_drawing() is None


def test_long_values_are_shortened_in_messages(tmp_path: Path) -> None:
    """A foreign record may hold a megabyte where a number or a sentence is expected."""
    run = RunStore(tmp_path).create(TrainingConfig())
    request = json.loads(run.request_path.read_text())
    request["config"]["label_smoothing"] = "x" * 100_000
    run.request_path.write_text(json.dumps(request))
    run.write_state(status="failed", reason="y" * 100_000)
    snapshot = run.read()
    assert len(str(snapshot.config_error)) < 1_000
    assert snapshot.reason is not None
    assert len(snapshot.reason) < 1_000


@pytest.mark.parametrize(
    ("status", "patience", "losses", "epoch"),
    [
        ("finished", None, [0.5, 0.3, 0.4], 3),
        ("finished", 1, [0.5, 0.3, 0.4], 2),
        ("finished", 1, [0.3, 0.3, 0.4], 1),
        ("finished", 2, [math.nan, 0.4, math.inf], 2),
        ("finished", 1, [math.nan, math.nan], 2),
        ("stopped", 2, [0.5, 0.3, 0.4], 3),
        ("interrupted", 2, [0.5, 0.3, 0.4], 3),
    ],
)
def test_the_validation_accuracy_is_that_of_the_weights(store, status, patience, losses, epoch):
    """Only at its end has a run with a patience the weights of its best epoch."""
    run = store.create(TrainingConfig(patience=patience), status=status)
    for number, loss in enumerate(losses, start=1):
        run.append_epoch(EpochResult(number, 10, 0.5, 0.8, loss, number / 10, seconds=2.0))
    assert run.read().validation_accuracy == epoch / 10


def test_without_validation_images_a_run_has_no_validation_accuracy(store):
    """Also with a patience, which such a run cannot have by its settings, and without epochs."""
    run = store.create(TrainingConfig(patience=1), status="finished")
    assert run.read().validation_accuracy is None
    run.append_epoch(EpochResult(1, 10, 0.5, 0.8, None, None, 2.0))
    assert run.read().validation_accuracy is None


def test_a_snapshot_sums_the_time_of_the_epochs(store):
    """So that a list of runs need not read their files again."""
    run = store.create(TrainingConfig())
    assert run.read().seconds == 0
    for epoch in (1, 2):
        run.append_epoch(EpochResult(epoch, 10, 0.4, 0.9, None, None, 1.5 * epoch))
    assert run.read().seconds == 4.5
