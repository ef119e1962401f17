"""Tests of mnist_core.jobs.worker: it takes waiting runs in order and survives those that fail."""

import errno
import json
from pathlib import Path

import pytest

from mnist_core.jobs import cost_estimate as estimate
from mnist_core.jobs import worker
from mnist_core.jobs.cost_estimate import load_measurements
from mnist_core.jobs.worker import measure_next, train_next
from mnist_core.runs.store import RunStore
from mnist_core.synthesis.handwriting import VARIANTS, template_digit
from tests.small import configure, load_few

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def data():
    """Return 640 training and 64 test images."""
    return load_few()


@pytest.fixture
def store(tmp_path):
    """Return an empty store of runs."""
    return RunStore(tmp_path)


def test_the_queue_is_served_in_order(store, data):
    """The run that was created first is trained first, whatever its name."""
    later = store.create(configure(epochs=1))
    earlier = store.create(configure(epochs=1))
    for run, created in (
        (earlier, "2026-01-01T00:00:00+00:00"),
        (later, "2026-01-02T00:00:00+00:00"),
    ):
        path = run.folder / "run.json"
        path.write_text(json.dumps({**json.loads(path.read_text()), "created": created}))
    assert [run.id for run in store.queue()] == [earlier.id, later.id]
    assert train_next(store, data)
    assert (earlier.read().status, later.read().status) == ("finished", "queued")
    assert train_next(store, data)
    assert not train_next(store, data)


def test_a_run_that_another_worker_holds_is_passed_over(store, data):
    """Two workers never train the same run."""
    held, free = store.create(configure(epochs=1)), store.create(configure(epochs=1))
    with held.lock:
        assert train_next(store, data)
        assert free.read().status == "finished"
        assert not train_next(store, data)
    assert held.read().status == "queued"


def test_a_run_whose_lock_cannot_be_used_is_passed_over(store, data):
    """The others are trained, and it is reported once they are."""
    broken, sound = store.create(configure(epochs=1)), store.create(configure(epochs=1))
    Path(broken.lock.lock_file).mkdir()
    assert train_next(store, data)
    assert sound.read().status == "finished"
    with pytest.raises(OSError):
        train_next(store, data)


def test_a_failing_run_does_not_end_the_worker(store, data):
    """The reason is in the run's record and the next run is trained."""
    failing = store.create(configure(model="unheard-of"))
    assert train_next(store, data)
    assert failing.read().status == "failed"
    sound = store.create(configure(epochs=1))
    assert train_next(store, data)
    assert sound.read().status == "finished"


def test_a_failing_task_does_not_keep_the_worker_from_the_others(store, data, monkeypatch, caplog):
    """What failed is logged, and the next task gets its turn, again and again."""
    done = []

    def fail_next(store, data):
        raise OverflowError("date value out of range")

    def do_next(store, data):
        done.append(True)
        return len(done) < 2

    monkeypatch.setattr(worker, "RETRY_SECONDS", 0)
    monkeypatch.setattr(worker, "TASKS", (fail_next, do_next))
    assert worker.run_next_task(store, data)
    assert not worker.run_next_task(store, data)
    assert caplog.text.count("OverflowError: date value out of range") == 2


def test_a_worker_has_a_life(store, data, monkeypatch):
    """It ends after so many tasks; times with nothing to do do not count."""
    answers = iter([True, False, False, True, True])
    monkeypatch.setattr(worker, "TASKS", (lambda store, data: next(answers),))
    monkeypatch.setattr(worker, "MAX_TASKS_PER_WORKER", 3)
    monkeypatch.setattr(worker, "POLL_SECONDS", 0)
    worker.serve(store, data)
    assert list(answers) == []


def test_a_stopped_run_is_not_taken(store, data):
    """A run that was stopped while it waited is left alone."""
    run = store.create(configure())
    run.request_stop()
    assert run.read().status == "stopped"
    assert not train_next(store, data)


def test_a_measurement_gives_way_to_a_run(store, data, monkeypatch):
    """A run that is queued meanwhile does not wait for its end."""
    monkeypatch.setattr(estimate, "MEASURED_SECONDS", 0.05)
    run = store.create(configure())
    assert not measure_next(store, data)
    assert load_measurements(store.folder) == {}
    run.request_stop()
    assert measure_next(store, data)


def test_nothing_is_measured_that_cannot_be_kept(store, data, monkeypatch):
    """On a full disk the worker does not work in vain, over and over."""

    def save_in_vain(folder, measurements):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(worker, "save_measurements", save_in_vain)
    monkeypatch.setattr(worker, "measure", lambda *arguments: pytest.fail("measured in vain"))
    assert not measure_next(store, data)


def test_each_network_is_measured_once(store, data, monkeypatch):
    """When nothing waits, every network is timed, and none of them twice."""
    monkeypatch.setattr(estimate, "MEASURED_SECONDS", 0.05)
    measured = 0
    while measure_next(store, data):
        measured += 1
    known = load_measurements(store.folder)
    assert measured == len(known) >= 3
    assert known["tutorial"].parameters == 2_561_738
    assert all(value.step_seconds >= 0 and value.image_seconds >= 0 for value in known.values())


def test_an_idle_worker_stops_drawing_ahead_for_a_run(store, data, monkeypatch):
    """The run starts at once, and drawing goes on after it."""
    monkeypatch.setattr(worker, "_trace_step", lambda: None)
    template_digit.cache_clear()
    store.create(configure(epochs=1))
    assert not worker.prepare_next(store, data)
    begun = template_digit.cache_info().currsize
    assert begun < VARIANTS
    assert not worker.prepare_next(store, data)
    assert template_digit.cache_info().currsize == begun
    monkeypatch.setattr(worker, "TASKS", (train_next, worker.prepare_next))
    assert worker.run_next_task(store, data)
