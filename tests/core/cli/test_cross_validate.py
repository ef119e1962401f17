"""Tests of mnist_core.cli.cross_validate: interruption and errors."""

from typing import Any

import pytest

from mnist_core.cli import main
from mnist_core.datasets.mnist import Mnist, load_mnist
from mnist_core.jobs import cross_validation
from mnist_core.jobs.cross_validation import CrossValidation
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
    probabilities = CrossValidation(store, load_mnist()).probabilities
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
