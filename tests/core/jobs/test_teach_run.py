"""Tests of mnist_core.jobs.teach_run: a thorough teaching as a run like any other."""

from pathlib import Path

import numpy as np
import pytest

from mnist_core import Classifier, load_mnist
from mnist_core.array_cache import save_arrays
from mnist_core.datasets.mnist import Mnist, Split
from mnist_core.jobs import teach_run
from mnist_core.jobs.train_run import execute
from mnist_core.runs.model_registry import get_model, list_models
from mnist_core.runs.run_error import RunError
from mnist_core.runs.store import RunStore
from mnist_core.runs.teaching_run import create_teaching, read_report, read_taught_drawings
from mnist_core.teaching import TeachingError, whole_network

pytestmark = pytest.mark.slow

FULL = load_mnist()
DATA = Mnist(
    Split(FULL.train.images[:7000], FULL.train.labels[:7000]),
    Split(FULL.test.images[:500], FULL.test.labels[:500]),
    "a part",
)
IMAGES = DATA.test.images[:8, :, ::-1] / np.float32(255)
LABELS = DATA.test.labels[:8].astype(int)


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> RunStore:
    """A store in which a teaching takes few steps."""
    monkeypatch.setattr(whole_network, "STEPS", 3)
    monkeypatch.setattr(teach_run, "STEPS", 3)
    monkeypatch.setattr(teach_run, "FOLDS", 2)
    return RunStore(tmp_path)


def test_a_teaching_is_a_run_with_curves_and_a_model(store: RunStore) -> None:
    """It ends with results, a model after each epoch, a report, and an entry in the registry."""
    run = create_teaching(store, IMAGES, LABELS, get_model(store, "compact"), "Aki")
    before = run.read()
    assert (before.status, before.name) == ("queued", "Compact, taught by Aki")
    assert before.teaching is not None and before.teaching.drawings == 8
    execute(run, DATA)
    after = run.read()
    assert after.status == "finished" and after.results is not None
    assert after.saved_epochs == (1, 2, 3, 4)
    assert [each.steps for each in run.read_epochs()] == [3, 3, 3, 3]
    report = read_report(run)
    assert report is not None and report.labels.tolist() == LABELS.tolist()
    assert report.mnist_after == after.results.test_accuracy
    model = next(each for each in list_models(store) if each.id == run.id)
    taught, base = model.load(), get_model(store, "compact").load()
    assert taught.temperature == base.temperature
    assert not np.array_equal(taught.logits(IMAGES), base.logits(IMAGES))
    assert model.at_epoch(2).load().temperature == base.temperature
    assert taught.is_taught and model.at_epoch(2).load().is_taught and not base.is_taught


def test_first_layers_and_statistics_of_normalization_stay(store: RunStore) -> None:
    """Moving averages are those of the base, so that other people's digits are normalized alike."""
    base = get_model(store, "compact")
    run = create_teaching(store, IMAGES, LABELS, base, "")
    execute(run, DATA)
    before, after = base.load().weights, Classifier.load(run.model_path).weights
    for name in before:
        layer = name.split("/")[1]
        stays = "moving" in name or layer in {"conv1", "norm1", "conv2", "norm2"}
        assert np.array_equal(before[name], after[name]) == stays, name


def test_a_stopped_teaching_keeps_what_it_learned_and_resumes(
    store: RunStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Stop gives a model without a report; Resume goes on after the last complete epoch."""
    run = create_teaching(store, IMAGES, LABELS, get_model(store, "compact"), "Aki")
    append = type(run).append_epoch

    def stop_after_second(self: object, result: whole_network.EpochResult) -> None:
        append(run, result)
        if result.epoch == 2:
            run.stop_path.touch()

    with monkeypatch.context() as patch:
        patch.setattr(type(run), "append_epoch", stop_after_second)
        execute(run, DATA)
    stopped = run.read()
    assert stopped.status == "stopped" and run.model_path.exists()
    assert read_report(run) is None
    assert stopped.resumes_after == 3  # these epochs have one report, the last
    run.resume()
    execute(run, DATA)
    assert run.read().status == "finished"
    assert [each.epoch for each in run.read_epochs()] == [1, 2, 3, 4]
    assert read_report(run) is not None


def test_one_drawing_can_be_taught(store: RunStore) -> None:
    """There is no report then, since nothing is left to classify."""
    run = create_teaching(store, IMAGES[:1], LABELS[:1], get_model(store, "compact"), "Aki")
    execute(run, DATA)
    assert run.read().status == "finished"
    assert read_report(run) is None


@pytest.mark.parametrize(
    "damage",
    [
        {"labels": np.array(3)},
        {"before": np.zeros((2, 2), int)},
        {"mnist": np.zeros((3, 2))},
        {"mnist": np.array([0.9, 0.9, np.inf])},
        {"mnist": np.array([0.9, np.nan, 5.0])},
    ],
)
def test_a_damaged_report_counts_as_none(store: RunStore, damage: dict[str, np.ndarray]) -> None:
    """Whatever is wrong with its arrays."""
    run = create_teaching(store, IMAGES, LABELS, get_model(store, "compact"), "Aki")
    arrays = {name: np.array([1, 2]) for name in ("labels", "before", "after")}
    arrays["mnist"] = np.array([0.9, 0.8, 5.0])
    save_arrays(run.report_path, "", arrays)
    assert read_report(run) is not None
    save_arrays(run.report_path, "", arrays | damage)
    assert read_report(run) is None


def test_damaged_files_of_a_teaching_are_named(store: RunStore) -> None:
    """Damaged drawings fail the run with a sentence, and a damaged report counts as none."""
    run = create_teaching(store, IMAGES, LABELS, get_model(store, "compact"), "Aki")
    assert read_taught_drawings(run).images.shape == (8, 28, 28)
    run.taught_path.write_bytes(b"damaged")
    run.report_path.write_bytes(b"damaged")
    assert read_report(run) is None
    with pytest.raises(RunError, match=r"taught\.npz"):
        execute(run, DATA)
    failed = run.read()
    assert failed.status == "failed" and "taught.npz" in (failed.reason or "")
    run.teaching_path.write_text('{"hand": 3}')
    assert run.read().teaching is None


def test_bad_drawings_create_no_run(store: RunStore) -> None:
    """The run's folder appears only if the drawings can be taught."""
    with pytest.raises(TeachingError, match="0 to 9"):
        create_teaching(store, IMAGES, LABELS + 10, get_model(store, "compact"), "Aki")
    assert not store.list()
