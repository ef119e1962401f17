"""Tests of mnist_core.jobs.train_run: the record of a run, and what survives when it is cut off."""

import errno
import json
import multiprocessing
import random
import resource
import sys
import time
from dataclasses import replace
from unittest.mock import Mock

import numpy as np
import pytest
from scipy.special import softmax

from mnist_core.inference.classifier import Classifier
from mnist_core.jobs import run_record, train_run
from mnist_core.jobs.train_run import execute
from mnist_core.runs import checkpoint, json_file
from mnist_core.runs.model_registry import load_file
from mnist_core.runs.run import Run
from mnist_core.runs.run_error import RunError
from mnist_core.runs.store import RunStore
from mnist_core.runs.trained_model import trained_model
from mnist_core.training import trainer
from mnist_core.training.early_stopping import find_best_epoch
from mnist_core.training.epochs import StopTraining
from mnist_core.training.keras_evaluation import Performance
from tests.evaluations import read_evaluation
from tests.small import configure, execute_in, load_few

pytestmark = pytest.mark.slow

KILLS = 20
EPOCHS = 8
LONGEST_REST = 0.7
IMAGES = 4000


@pytest.fixture(scope="module")
def data():
    """Return 640 training and 64 test images."""
    return load_few()


@pytest.fixture
def store(tmp_path):
    """Return an empty store of runs."""
    return RunStore(tmp_path / "runs")


def test_a_finished_run_leaves_a_complete_record(store, data):
    """Epochs, batches, models, evaluation, versions and the data's hash are all there."""
    run = store.create(configure(epochs=3))
    execute(run, data)
    assert run.read().status == "finished"
    assert [result.epoch for result in run.read_epochs()] == run.list_saved_epochs() == [1, 2, 3]
    assert {report.epoch for report in run.read_batches()} == {1, 2, 3}
    assert {"python", "tensorflow", "keras", "numpy"} <= set(run.read().state["versions"])
    assert run.read().state["data"] == data.fingerprint
    assert run.read().uncalibrated.accuracy == run.read().results.test_accuracy
    untrained = Classifier.load(run.untrained_path)
    assert untrained.probabilities(data.test.images).max() < 0.9
    assert run.read().untrained.loss == pytest.approx(np.log(10), abs=0.7)
    evaluation = read_evaluation(run.model_path.with_suffix(".npz"))
    assert run.read().results.test_accuracy == pytest.approx(evaluation.accuracy)
    np.testing.assert_allclose(
        Classifier.load(run.model_path).logits(data.test.images),
        Classifier.load(run.epoch_model_path(3)).logits(data.test.images),
        atol=1e-5,
    )
    temperature = Classifier.load(run.model_path).temperature
    assert temperature != 1
    assert Classifier.load(run.epoch_model_path(3)).temperature == pytest.approx(temperature)


def test_the_exported_model_has_no_optimizer_state(store, data):
    """It predicts the same; the checkpoint keeps the state, which a resumed run needs."""
    import keras

    run = store.create(configure(epochs=1, optimizer="adam"))
    execute(run, data)
    exported = keras.models.load_model(run.keras_path)
    assert getattr(exported, "optimizer", None) is None
    assert int(keras.models.load_model(run.checkpoint_path).optimizer.iterations) > 0
    images = data.test.images[..., None] / np.float32(255)
    logits = Classifier.load(run.epoch_model_path(1)).logits(data.test.images)
    np.testing.assert_allclose(exported(images), softmax(logits, axis=1), atol=1e-5)


def test_the_exported_model_comes_back_as_it_was(store, data):
    """Its temperature too, which Keras does not know."""
    run = store.create(configure(epochs=1))
    execute(run, data)
    trained = Classifier.load(run.model_path)
    loaded = load_file(store, "mine.keras", run.keras_path.read_bytes()).load()
    assert trained.temperature == loaded.temperature != 1
    images = data.test.images
    np.testing.assert_allclose(
        loaded.probabilities(images), trained.probabilities(images), atol=1e-5
    )


def test_a_stop_keeps_the_model_and_can_be_resumed(store, data):
    """A run that is asked to stop has a model, and goes on to its end when resumed."""
    run = store.create(configure(epochs=4))
    (run.folder / "stop").touch()
    execute(run, data)
    assert run.read().status == "stopped"
    assert [(result.epoch, result.steps) for result in run.read_epochs()] == [(1, 1)]
    assert Classifier.load(run.model_path).name == "small"
    run.resume()
    assert run.read().status == "queued"
    execute(run, data)
    assert run.read().status == "finished"
    assert [(result.epoch, result.steps) for result in run.read_epochs()] == [
        (n, 18) for n in range(1, 5)
    ]


def test_a_failure_leaves_its_reason(store, data):
    """What goes wrong in training is recorded as one sentence and the run can be resumed."""
    run = store.create(configure(model="unheard-of"))
    with pytest.raises(Exception, match="unheard-of"):
        execute(run, data)
    assert run.read().status == "failed"
    assert "There is no network named “unheard-of”" in run.read().reason


def test_a_run_is_trained_by_one_process_only(store, data):
    """A run whose lock is held elsewhere is refused and left as it is."""
    run = store.create(configure())
    other = store.get(run.id)
    with run.lock, pytest.raises(RunError, match="another process"):
        execute(other, data)
    assert run.read().status == "queued"


def test_early_stopping_remembers_the_epochs_before_a_resume(store, data):
    """A run that was cut off after its best epoch ends with the weights of that epoch."""
    config = configure(
        epochs=30, patience=3, learning_rate=3.0, schedule="constant", optimizer="adam",
        validation_fraction=0.2,
    )  # fmt: skip
    run = store.create(config)

    class Killed(BaseException):
        pass

    append = Run.append_epoch

    def kill_after_a_worse_epoch(run, result):
        append(run, result)
        if find_best_epoch(run.read_epochs()) != result.epoch:
            raise Killed

    with pytest.MonkeyPatch.context() as patch, pytest.raises(Killed):
        patch.setattr(Run, "append_epoch", kill_after_a_worse_epoch)
        execute(run, data)
    best = len(run.read_epochs()) - 1
    assert run.read().status == "interrupted"
    # What follows is worse still, so that the best epoch lies before the resume.
    run.write_state(status="queued")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(trainer, "measure_performance", lambda *_: Performance(1e9, 0.1))
        execute(run, data)
    assert len(run.read_epochs()) == best + 3
    np.testing.assert_allclose(
        Classifier.load(run.model_path).logits(data.test.images),
        Classifier.load(run.epoch_model_path(best)).logits(data.test.images),
        rtol=1e-5,
    )


@pytest.mark.parametrize("write", ["checkpoint", "model", "line", "next step"])
def test_a_kill_between_two_writes_loses_no_saved_epoch(store, data, monkeypatch, write):
    """After the second epoch's checkpoint, its model and its line are written, in this order.

    Wherever the process is killed, the resumed run repeats nothing that was shown as saved.
    """
    run = store.create(configure(epochs=3))

    class Killed(BaseException):
        pass

    def kill_in_epoch_two(function, epoch_of):
        def wrapper(*arguments, **settings):
            if epoch_of(*arguments) == 2:
                raise Killed
            return function(*arguments, **settings)

        return wrapper

    patches = {
        "checkpoint": (Run, "write_checkpoint", lambda run, result, save: result.epoch),
        "model": (train_run, "write_onnx", lambda model, path, *_: int(path.stem)),
        "line": (Run, "append_epoch", lambda run, result: result.epoch),
        "next step": (Run, "append_batch", lambda run, report: report.epoch - 1),
    }
    owner, name, epoch_of = patches[write]
    with monkeypatch.context() as patch, pytest.raises(Killed):
        patch.setattr(owner, name, kill_in_epoch_two(getattr(owner, name), epoch_of))
        execute(run, data)
    snapshot = run.read()
    assert snapshot.status == "interrupted"
    kept = {"checkpoint": 1}.get(write, 2)
    assert snapshot.resumes_after == kept
    assert max(snapshot.saved_epochs) <= kept and len(run.read_epochs()) <= kept
    shown = run.read_epochs()

    trained = []
    append = Run.append_epoch

    def record(run, result):
        trained.append(result.epoch)
        append(run, result)

    monkeypatch.setattr(Run, "append_epoch", record)
    run.resume()
    execute(run, data)
    assert trained == list(range(kept + 1, 4))
    assert run.read_epochs()[: len(shown)] == shown
    assert [result.epoch for result in run.read_epochs()] == run.list_saved_epochs() == [1, 2, 3]
    assert {report.epoch for report in run.read_batches()} == {1, 2, 3}


def test_a_run_that_was_killed_after_its_last_epoch_is_only_completed(store, data, monkeypatch):
    """Nothing is trained, and the trained model is that of the checkpoint."""
    import keras

    run = store.create(configure(epochs=1))

    class Killed(BaseException):
        pass

    def kill(*arguments):
        raise Killed

    with monkeypatch.context() as patch, pytest.raises(Killed):
        patch.setattr(train_run, "write_onnx", kill)
        execute(run, data)
    monkeypatch.setattr(Run, "append_batch", kill)
    execute(run, data)
    assert run.read().status == "finished"
    assert len(run.read_epochs()) == 1 and run.list_saved_epochs() == [1]
    images = data.test.images
    logits = Classifier.load(run.model_path).logits(images)
    np.testing.assert_allclose(
        logits, Classifier.load(run.epoch_model_path(1)).logits(images), atol=1e-5
    )
    checkpoint = keras.models.load_model(run.checkpoint_path)
    probabilities = checkpoint.predict(images[..., None] / np.float32(255), verbose=0)
    np.testing.assert_allclose(softmax(logits, axis=1), probabilities, atol=1e-5)


def test_a_disk_that_fills_up_is_named_in_the_record(store, data, monkeypatch):
    """Though nothing can be written any more, not even the state."""
    run = store.create(configure(epochs=2))

    def fail(*arguments, **settings):
        raise OSError(errno.ENOSPC, "No space left on device")

    def fill_disk(run, progress):
        for module in (json_file, checkpoint):
            monkeypatch.setattr(module, "write_atomically", fail)
        fail()

    with monkeypatch.context() as patch, pytest.raises(OSError):
        patch.setattr(Run, "append_batch", fill_disk)
        execute(run, data)
    assert run.read().status == "failed"
    assert "The disk is full. Free some space" in run.read().reason
    monkeypatch.undo()
    run.resume()
    execute(run, data)
    assert run.read().status == "finished"


def test_a_damaged_checkpoint_starts_the_run_again(store, data):
    """A checkpoint that cannot be read costs its epochs, no more."""
    run = store.create(configure(epochs=1))
    run.checkpoint_path.write_bytes(b"PK no checkpoint")
    execute(run, data)
    assert run.read().status == "finished"


def test_a_checkpoint_that_cannot_be_unpacked_now_loses_nothing(store, data, monkeypatch):
    """A full temporary folder fails the run, which is resumed once there is space."""
    run = store.create(configure(epochs=3))

    def stop_after_two(run, progress):
        if progress.epoch == 3:
            raise StopTraining

    with monkeypatch.context() as patch:
        patch.setattr(Run, "append_batch", stop_after_two)
        execute(run, data)
    run.resume()
    with monkeypatch.context() as patch, pytest.raises(RunError):
        patch.setattr(run_record, "restore", Mock(side_effect=OSError(errno.ENOSPC, "full")))
        execute(run, data)
    assert run.read().status == "failed" and "cannot be unpacked in" in run.read().reason
    assert run.list_saved_epochs() == [1, 2] and run.read().resumes_after == 2
    assert run.read().results is None  # those of the stopped run are not the resumed one's
    run.resume()
    execute(run, data)
    assert run.read().status == "finished" and run.list_saved_epochs() == [1, 2, 3]


def test_a_stop_at_the_last_report_keeps_the_epoch(store, data, monkeypatch):
    """The epoch is complete, so it is saved and recorded once."""
    run = store.create(configure(epochs=3))

    def stop_at_the_end(run, progress):
        if progress.step == progress.steps:
            raise StopTraining

    with monkeypatch.context() as patch:
        patch.setattr(Run, "append_batch", stop_at_the_end)
        execute(run, data)
    assert run.read().status == "stopped"
    assert [result.epoch for result in run.read_epochs()] == run.list_saved_epochs() == [1]
    assert run.read().resumes_after == 1
    assert trained_model(run.read()).earlier_epochs == ()  # the trained model is that epoch's


def test_a_run_goes_on_only_with_its_own_data(store, data):
    """A checkpoint that was trained on other images remains, and the reason is recorded."""
    run = store.create(configure(epochs=1))
    execute(run, data)
    before = run.checkpoint_path.read_bytes()
    with pytest.raises(RunError, match=r"began with other images.*MNIST_DATA_DIR"):
        execute(run, replace(data, fingerprint="others"))
    assert run.read().status == "failed" and "began with other images" in run.read().reason
    assert run.checkpoint_path.read_bytes() == before
    assert run.read().state["data"] == data.fingerprint


@pytest.mark.skipif(sys.platform == "win32", reason="limits of file sizes are of Unix")
def test_a_full_disk_is_said_to_be_full(store):
    """A file that cannot grow fails the run with a reason; with space it is resumed."""
    run = store.create(configure(epochs=2))
    process = multiprocessing.get_context("spawn").Process(
        target=_execute_with_little_space, args=(run.folder,)
    )
    process.start()
    process.join()
    assert run.read().status == "failed"
    assert "cannot be written" in run.read().reason
    run.resume()
    execute_in(run.folder)
    assert run.read().status == "finished"


def _execute_with_little_space(folder):
    resource.setrlimit(resource.RLIMIT_FSIZE, (8_000, resource.RLIM_INFINITY))
    execute_in(folder)


@pytest.mark.skipif(sys.platform != "linux", reason="needs to start many processes quickly")
def test_killed_at_twenty_random_moments(store):
    """However often it is killed, a run can be read, is said to be interrupted, and ends as if
    nothing had happened.
    """
    config = configure(epochs=EPOCHS)
    undisturbed = store.create(config)
    execute(undisturbed, load_few(IMAGES))
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tensorflow", "keras", "tests.small"])
    dice = random.Random(20)
    runs = [store.create(config), store.create(config)]
    finished: list[Run] = []
    survived: list[int] = []
    for number in range(KILLS // len(runs)):
        processes = [context.Process(target=execute_in, args=(run.folder, IMAGES)) for run in runs]
        for process in processes:
            process.start()
        for index, (run, process) in enumerate(zip(runs, processes, strict=True)):
            # The first two for certain just after an epoch.
            _wait_for(dice.choice(["start", "step", "epoch"]) if number else "epoch", run, process)
            time.sleep(dice.uniform(0, LONGEST_REST) if number else 0)
            process.kill()
            process.join()
            assert run.read().status in {"queued", "interrupted", "finished"}
            survived.append(len(run.read_epochs()))
            assert [result.epoch for result in run.read_epochs()] == list(
                range(1, survived[-1] + 1)
            )
            if run.read().status == "finished":
                finished.append(run)
                runs[index] = store.create(config)
    assert any(0 < epochs < EPOCHS for epochs in survived), "no kill fell between two epochs"
    for run in runs:
        if run.read().status == "interrupted":
            run.resume()
        execute_in(run.folder, IMAGES)
    for ended in [*finished, *runs]:
        _check_whole(ended, undisturbed)


def _wait_for(moment, run, process):
    """Wait until this process has started, taken a step, or finished an epoch."""
    if moment == "start":
        return
    path = run.folder / {"step": "batches.jsonl", "epoch": "epochs.jsonl"}[moment]
    before = path.stat().st_size if path.exists() else 0
    while process.is_alive():
        # Shorter at first, as what came after the checkpoint is dropped.
        size = path.stat().st_size if path.exists() else 0
        if size > before:
            return
        before = size
        time.sleep(0.01)


def _check_whole(run, undisturbed):
    """Assert that a run has the results of the undisturbed one, and no damaged file."""
    assert run.read().status == "finished"
    assert [result.epoch for result in run.read_epochs()] == list(range(1, EPOCHS + 1))
    losses, expected = (
        [result.validation_loss for result in one.read_epochs()] for one in (run, undisturbed)
    )
    np.testing.assert_allclose(losses, expected, rtol=1e-3)
    assert run.read().results.test_accuracy == pytest.approx(
        undisturbed.read().results.test_accuracy, abs=0.02
    )
    for name in ("epochs.jsonl", "batches.jsonl"):
        for line in (run.folder / name).read_text().splitlines():
            json.loads(line)
    for epoch in range(1, EPOCHS + 1):
        Classifier.load(run.epoch_model_path(epoch))
    names = {path.name for path in run.folder.iterdir()}
    assert not {name for name in names if name.startswith(".")}
