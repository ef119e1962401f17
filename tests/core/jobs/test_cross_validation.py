"""Tests of mnist_core.jobs.cross_validation: no network predicts its own training images."""

import os
from dataclasses import replace

import numpy as np
import pytest
from filelock import FileLock

from mnist_core.datasets.mnist import Mnist
from mnist_core.jobs import cross_validation
from mnist_core.jobs.cross_validation import (
    FOLDS,
    CrossValidation,
    CrossValidationError,
    deal_folds,
)
from mnist_core.jobs.worker import cross_validate_next
from mnist_core.runs.store import RunStore
from tests.small import configure, load_few

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def data() -> Mnist:
    """Return 640 training and 64 test images."""
    return load_few()


@pytest.fixture
def store(tmp_path, monkeypatch) -> RunStore:
    """Return an empty store whose cross-validation takes a moment."""
    recipe = configure(epochs=2, learning_rate=0.02, validation_fraction=0)
    monkeypatch.setattr(cross_validation, "RECIPE", recipe)
    return RunStore(tmp_path / "runs")


def test_every_image_is_in_one_fold() -> None:
    """The folds are as large as each other, give or take one, and share nothing."""
    folds = deal_folds(642)
    assert sorted(np.concatenate(folds)) == list(range(642))
    assert {len(fold) for fold in folds} == {128, 129}


def test_no_network_is_trained_on_the_fold_that_it_predicts(store, data, monkeypatch) -> None:
    """Each fold's training images are all but that fold's."""
    trained_on: list[np.ndarray] = []
    original = cross_validation.train

    def watch(config, part, on_progress):
        trained_on.append(part.train.images)
        return original(config, part, on_progress)

    monkeypatch.setattr(cross_validation, "train", watch)
    validation = CrossValidation(store, data)
    validation.request()
    while validation.advance():
        pass
    for images, fold in zip(trained_on, deal_folds(640), strict=True):
        rest = np.setdiff1d(np.arange(640), fold)
        np.testing.assert_array_equal(images, data.train.images[rest])


def test_workers_do_it_fold_by_fold(store, data) -> None:
    """It starts when requested, grows by a fifth per fold, and predicts better than chance."""
    validation = CrossValidation(store, data)
    assert validation.progress is None
    assert not cross_validate_next(store, data)
    validation.request()
    assert validation.progress == 0
    shares: list[float] = []
    assert validation.advance(shares.append)
    assert shares == sorted(shares)
    assert shares[0] > 0 and shares[-1] < validation.progress == 1 / FOLDS
    assert validation.read_probabilities() is None
    while cross_validate_next(store, data):
        pass
    assert validation.progress == 1
    probabilities = validation.read_probabilities()
    assert (probabilities.shape, probabilities.dtype) == ((640, 10), np.float32)
    np.testing.assert_allclose(probabilities.sum(axis=1), 1, rtol=1e-5)
    assert (probabilities.argmax(axis=1) == data.train.labels).mean() > 0.5


def test_an_interrupted_fold_starts_again(store, data) -> None:
    """Folds that are done stay as they are; a damaged one is done again."""
    validation = CrossValidation(store, data)
    validation.request()

    def interrupt(share: float) -> None:
        if share > 1.5 / FOLDS:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        while validation.advance(interrupt):
            pass
    assert 1 / FOLDS < validation.progress < 2 / FOLDS
    first = (validation.folder / "0.npy").read_bytes()
    while validation.advance():
        pass
    assert (validation.folder / "0.npy").read_bytes() == first
    (validation.folder / "3.npy").write_bytes(first[:100])
    assert validation.read_probabilities() is None
    assert validation.is_incomplete
    assert validation.advance()
    assert validation.read_probabilities() is not None


def test_a_fold_that_another_process_is_at_is_passed_over(store, data) -> None:
    """Two workers do two folds."""
    validation = CrossValidation(store, data)
    validation.request()
    with FileLock(validation.folder / "0.lock"):
        assert validation.advance()
    assert [path.name for path in validation.folder.glob("*.npy")] == ["1.npy"]


def test_other_data_have_answers_of_their_own(store, data) -> None:
    """What was computed for one data set is not shown for another."""
    CrossValidation(store, data).request()
    assert CrossValidation(store, replace(data, fingerprint="others")).progress is None


def test_a_failure_is_told_and_not_repeated(store, data, monkeypatch) -> None:
    """The reason is a sentence; workers try again only when asked."""

    def fail(*_):
        raise MemoryError("no memory is left")

    validation = CrossValidation(store, data)
    validation.request()
    with monkeypatch.context() as patched:
        patched.setattr(cross_validation, "train", fail)
        with pytest.raises(MemoryError):
            cross_validate_next(store, data)
    assert validation.problem == ("The cross-validation failed: MemoryError, no memory is left.")
    assert not cross_validate_next(store, data)
    validation.request()
    assert validation.problem is None
    assert cross_validate_next(store, data)


def test_a_folder_that_cannot_be_written_is_told(store, data) -> None:
    """When it is requested, and when a fold is trained."""
    validation = CrossValidation(store, data)
    store.folder.touch()
    with pytest.raises(CrossValidationError, match=r"cannot be recorded in .* cannot be written"):
        validation.request()
    store.folder.unlink()
    validation.request()
    (validation.folder / "0.progress").mkdir()
    with pytest.raises(CrossValidationError) as caught:
        validation.advance()
    assert validation.problem == str(caught.value)


def test_every_fold_that_is_done_changes_when_it_was_modified(store, data) -> None:
    """Also one that is trained again."""
    validation = CrossValidation(store, data)
    assert validation.modified == ()
    validation.request()
    for fold in (0, 3):
        (validation.folder / f"{fold}.npy").touch()
    before = validation.modified
    assert len(before) == 2
    os.utime(validation.folder / "3.npy", (0, 0))
    assert validation.modified == (before[0], 0)
