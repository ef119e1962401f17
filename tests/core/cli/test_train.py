"""Tests of mnist_core.cli.train: runs, settings, interruptions and errors."""

import re
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from filelock import FileLock

from mnist_core.cli import main, run_here
from mnist_core.config import Augmentation
from mnist_core.datasets.mnist import Mnist
from mnist_core.inference.classifier import Classifier
from mnist_core.layer_designs import Conv2D, Flatten
from mnist_core.network_design import NetworkDesign
from mnist_core.runs.model_registry import list_models
from mnist_core.runs.run import Run
from mnist_core.runs.store import RunStore
from mnist_core.training.architectures import configure_own
from tests.core.cli.output import Printed, only_line
from tests.small import NETWORKS, configure

pytestmark = pytest.mark.slow

TRAIN_SMALL = ["train", "--model", NETWORKS["small"].name, "--epochs", "2", "--batch-size", "32"]


@pytest.mark.usefixtures("few")
def test_train_stores_prints_and_copies_the_model(
    store: RunStore, tmp_path: Path, capsys: Printed
) -> None:
    """The run is in the store, its model among the app's models and at `--output`."""
    output = tmp_path / "mine.onnx"
    assert main([*TRAIN_SMALL, "--name", "My first", "--output", str(output)]) == 0
    (run,) = (each.run for each in store.list())
    assert run.read().status == "finished"
    assert run.read().name == "My first"
    assert [result.epoch for result in run.read_epochs()] == [1, 2]
    assert run.id in [model.id for model in list_models(store)]
    assert output.read_bytes() == run.model_path.read_bytes()
    printed = capsys.readouterr().out
    assert run.read().results is not None
    assert f"Test accuracy {100 * run.read().results.test_accuracy:.1f} %" in printed
    assert f"{run.read_epochs()[1].loss:.4f}" in printed


@pytest.mark.usefixtures("few")
def test_settings_reach_the_run(store: RunStore, monkeypatch: pytest.MonkeyPatch) -> None:
    """Other settings are the network's defaults."""
    monkeypatch.setattr(run_here, "execute", lambda run, data: None)
    settings = ["--epochs", "4", "--learning-rate", "0.02", "--validation-fraction", "0.25"]
    main(["train", "--model", "tutorial", *settings, "--seed", "7", "--augment", "affine", "style"])
    config = store.list()[0].config
    assert (config.model, config.epochs, config.seed) == ("tutorial", 4, 7)
    assert (config.learning_rate, config.validation_fraction) == (0.02, 0.25)
    assert (config.optimizer, config.batch_size, config.schedule) == ("sgd", 32, "constant")
    assert config.augmentation.affine
    assert config.augmentation.style
    assert not config.augmentation.thickness


@pytest.mark.usefixtures("few")
def test_a_network_of_ones_own_is_trained_from_its_file(store: RunStore, tmp_path: Path) -> None:
    """The run's record has the layers, and its model has them too."""
    path = tmp_path / "mine.json"
    design = NetworkDesign((Conv2D(4, 5, strides=4, activation="tanh"), Flatten()))
    path.write_text(design.to_json())
    assert main(["train", "--network", str(path), "--epochs", "1"]) == 0
    (snapshot,) = store.list()
    assert snapshot.status == "finished"
    assert snapshot.config == replace(configure_own(design), epochs=1)
    assert snapshot.name.startswith("Own network, 1 epoch")
    names = [layer.name for layer in Classifier.load(snapshot.run.model_path).layers]
    assert names == ["conv", "flatten", "logits", "probabilities"]


@pytest.mark.parametrize(
    ("content", "more", "message"),
    [
        ('{"version": 1, "layers": [{"type": "Dense"}]}', [], "Layer 0 .*Add Flatten"),
        ("{}", [], "not the description of a network"),
        (None, [], "cannot be read"),
        ('{"version": 1, "layers": []}', ["--model", "swift"], "either --model or --network"),
    ],
)
def test_a_network_that_cannot_be_trained_is_one_line(
    tmp_path: Path, capsys: Printed, content: str | None, more: list[str], message: str
) -> None:
    """On stderr, with an exit status for a failure."""
    path = tmp_path / "mine.json"
    if content is not None:
        path.write_text(content)
    assert main(["train", "--network", str(path), *more]) in (1, 2)
    assert re.search(message, only_line(capsys.readouterr().err))


@pytest.mark.usefixtures("few")
@pytest.mark.parametrize(
    ("arguments", "augmented"), [([], True), (["--augment"], False)], ids=["default", "none"]
)
def test_the_default_augmentation_is_that_of_the_network(
    store: RunStore, monkeypatch: pytest.MonkeyPatch, arguments: list[str], augmented: bool
) -> None:
    """`--augment` without names turns it off."""
    monkeypatch.setattr(run_here, "execute", lambda run, data: None)
    main(["train", "--model", "compact", *arguments])
    expected = NETWORKS["compact"].defaults.augmentation if augmented else Augmentation()
    assert store.list()[0].config.augmentation == expected


@pytest.mark.usefixtures("few")
def test_an_interrupted_run_can_be_resumed(
    store: RunStore, capsys: Printed, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ctrl-C ends it with exit status 130 and prints the command that resumes it."""
    with monkeypatch.context() as patch:

        def interrupt(run: Run, data: Mnist) -> None:
            raise KeyboardInterrupt

        patch.setattr(run_here, "execute", interrupt)
        assert main(TRAIN_SMALL) == 130
    (run,) = (each.run for each in store.list())
    assert run.read().status == "interrupted"
    assert only_line(capsys.readouterr().err).endswith(f"train --resume {run.id}")
    assert main(["train", "--resume", run.id]) == 0
    assert store.get(run.id).read().status == "finished"


def test_settings_are_rejected_with_resume(store: RunStore, capsys: Printed) -> None:
    """The message lists the options; the run does not change."""
    run = store.create(configure(), status="stopped")
    assert main(["train", "--resume", run.id, "--epochs", "9", "--batch-size", "8"]) == 2
    assert "leave out --epochs, --batch-size" in only_line(capsys.readouterr().err)
    assert store.get(run.id).read().status == "stopped"


@pytest.mark.usefixtures("few")
@pytest.mark.parametrize("resumed", [False, True])
def test_a_run_of_the_command_line_is_never_queued(
    resumed: bool, store: RunStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While TensorFlow starts, it is running, locked and not in the queue."""
    arguments = TRAIN_SMALL
    if resumed:
        arguments = ["train", "--resume", store.create(configure(), status="stopped").id]
    states = []

    def record_state() -> None:
        (run,) = (each.run for each in RunStore(store.folder).list())
        states.append((run.read().status, run.is_locked(), len(store.queue())))

    monkeypatch.setattr(run_here, "import_tensorflow_quietly", record_state)
    monkeypatch.setattr(run_here, "execute", lambda run, data: record_state())
    assert main(arguments) == 0
    assert states == [("running", True, 0)] * 2
    assert not store.list()[0].run.is_locked()


def test_a_run_in_another_process_cannot_be_resumed(store: RunStore, capsys: Printed) -> None:
    """The message gives the reason."""
    run = store.create(configure(), status="running")
    with FileLock(run.folder / "lock"):
        assert main(["train", "--resume", run.id]) == 1
    assert "is running and cannot be resumed" in only_line(capsys.readouterr().err)


@pytest.mark.parametrize("resumed", [False, True])
def test_runs_do_not_change_without_data(
    resumed: bool,
    store: RunStore,
    tmp_path: Path,
    capsys: Printed,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """No run is created, and a run to resume does not change."""
    arguments = ["train"]
    if resumed:
        arguments += ["--resume", store.create(configure(), status="stopped").id]
    monkeypatch.setenv("MNIST_DATA_DIR", str(tmp_path / "nowhere"))
    assert main(arguments) == 1
    assert "nowhere" in only_line(capsys.readouterr().err)
    assert [run.status for run in store.list()] == ["stopped"] * resumed


@pytest.mark.usefixtures("few")
def test_a_run_without_tensorflow_fails(
    store: RunStore, capsys: Printed, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The run records the reason, which is printed as one line."""
    monkeypatch.setitem(sys.modules, "tensorflow", None)
    assert main(TRAIN_SMALL) == 1
    line = only_line(capsys.readouterr().err)
    assert "TensorFlow cannot be loaded" in line
    (run,) = (each.run for each in store.list())
    assert (run.read().status, run.read().reason) == ("failed", line)
    assert not run.is_locked()


@pytest.mark.parametrize("epochs", ["0", "-1", "51", "ten", "2.5"])
def test_invalid_numbers_of_epochs_are_rejected(
    epochs: str, store: RunStore, capsys: Printed
) -> None:
    """The exit status is 2, and no run is created."""
    assert main(["train", "--epochs", epochs]) == 2
    line = only_line(capsys.readouterr().err)
    assert "number of epochs must be a whole number from 1 to 50" in line
    assert epochs in line
    assert store.list() == []


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["train", "--model", "huge"], "There is no network named “huge”; choose one of"),
        (["train", "--seed", "x"], "The seed must be a whole number"),
        (["train", "--optimizer", "lion"], "The optimizer must be one of sgd, adam, adamw"),
        (["train", "--output", "/nowhere/model.onnx"], "cannot be written to /nowhere/model.onnx"),
        (["train", "--output", "model.h5"], "expected a name that ends with .onnx"),
        (["train", "--output", "folder.onnx"], "cannot be written to folder.onnx"),
    ],
)
def test_invalid_settings_are_rejected(
    arguments: list[str],
    sentence: str,
    store: RunStore,
    capsys: Printed,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The exit status is 2, and no run is created."""
    monkeypatch.chdir(tmp_path)
    Path("folder.onnx").mkdir()
    assert main(arguments) == 2
    assert sentence in only_line(capsys.readouterr().err)
    assert store.list() == []


def test_a_folder_of_runs_that_cannot_be_written_is_reported(
    runs_folder: Path, capsys: Printed
) -> None:
    """A file has the name of the folder."""
    runs_folder.touch()
    assert main(["train"]) == 1
    assert f"cannot be recorded in {runs_folder}" in only_line(capsys.readouterr().err)
