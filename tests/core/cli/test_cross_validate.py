"""Tests of mnist_core.cli.cross_validate: interruption and errors."""

from typing import Any

import numpy as np
import pytest
from filelock import FileLock

from mnist_core.cli import main
from mnist_core.datasets.mnist import Mnist, load_mnist
from mnist_core.jobs import cross_validation
from mnist_core.jobs.cross_validation import CrossValidation, deal_folds
from mnist_core.runs.store import RunStore
from tests.core.cli.output import Printed, only_line
from tests.small import configure

pytestmark = pytest.mark.slow


@pytest.mark.usefixtures("few")
def test_an_interrupted_cross_validation_is_continued(
    data: Mnist, store: RunStore, capsys: Printed, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second call trains the two remaining folds and prints the accuracy."""
    recipe = configure(epochs=1, learning_rate=0.02, validation_fraction=0)
    monkeypatch.setattr(cross_validation, "RECIPE", recipe)
    folds: list[int] = []
    original = cross_validation.train

    def train_three_folds(*arguments: Any) -> Any:
        if len(folds) == 3:
            folds.clear()
            raise KeyboardInterrupt
        folds.append(1)
        return original(*arguments)

    monkeypatch.setattr(cross_validation, "train", train_three_folds)
    assert main(["cross-validate"]) == 130
    assert only_line(capsys.readouterr().err) == "Interrupted."
    assert main(["cross-validate"]) == 0
    assert len(folds) == 2
    probabilities = CrossValidation(store, load_mnist()).read_probabilities()
    assert probabilities is not None
    accuracy = (probabilities.argmax(axis=1) == data.train.labels[:640]).mean()
    printed = capsys.readouterr().out
    assert "640 training images" in printed
    assert f"accuracy {100 * accuracy:.1f} %" in printed


@pytest.mark.usefixtures("few")
def test_a_folder_that_cannot_be_written_is_reported(store: RunStore, capsys: Printed) -> None:
    """The message is printed before anything is trained."""
    store.folder.touch()
    assert main(["cross-validate"]) == 1
    message = only_line(capsys.readouterr().err)
    assert message.startswith(f"The cross-validation cannot be recorded in {store.folder}")
    assert "MNIST_RUNS_DIR" in message


@pytest.mark.usefixtures("few")
def test_folds_of_another_process_are_waited_for(store: RunStore, capsys: Printed) -> None:
    """Without a result, the exit status is 1."""
    validation = CrossValidation(store, load_mnist())
    validation.request()
    locks = [FileLock(validation.folder / f"{fold}.lock") for fold in range(5)]
    for lock in locks:
        lock.acquire()
    assert main(["cross-validate"]) == 1
    assert "Another process trains the remaining folds" in only_line(capsys.readouterr().err)


@pytest.mark.usefixtures("few")
def test_the_failure_of_another_process_is_shown(
    capsys: Printed, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The exit status is 1, and nothing is trained."""
    request = CrossValidation.request

    def request_in_vain(validation: CrossValidation) -> None:
        request(validation)
        (validation.folder / "problem").write_text("The memory is full.")

    monkeypatch.setattr(CrossValidation, "request", request_in_vain)
    assert main(["cross-validate"]) == 1
    assert only_line(capsys.readouterr().err) == "The memory is full."


@pytest.mark.usefixtures("few")
def test_a_damaged_fold_is_trained_again(
    store: RunStore, capsys: Printed, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In the same call, also if several are damaged."""
    monkeypatch.setattr(CrossValidation, "_train_fold", write_fold)
    validation = CrossValidation(store, load_mnist())
    validation.request()
    for fold in range(5):
        (validation.folder / f"{fold}.npy").write_bytes(b"damaged")
    assert main(["cross-validate"]) == 0
    assert "640 training images" in capsys.readouterr().out


def write_fold(validation: CrossValidation, fold: int, on_progress: object) -> None:
    """Stand in for the training of a fold: write equal probabilities."""
    images = len(deal_folds(640)[fold])
    np.save(validation.folder / f"{fold}.npy", np.full((images, 10), 0.1, np.float32))
