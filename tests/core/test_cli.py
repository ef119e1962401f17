"""The command line: its output, the files it writes and its exit status."""

import os
import shutil
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import cv2
import numpy as np
import pytest
from filelock import FileLock

from benchmarks.simulation import draw_two_digits
from mnist_core.cli import app, main
from mnist_core.cli import download as download_command
from mnist_core.cli import evaluate as evaluate_command
from mnist_core.cli import train as train_command
from mnist_core.config import Augmentation
from mnist_core.datasets.download import DownloadError, Piece
from mnist_core.datasets.mnist import SHIPPED, Mnist, Split, load_mnist
from mnist_core.inference.ood import OOD_MESSAGES
from mnist_core.jobs import cross_validation
from mnist_core.jobs.cross_validation import CrossValidation
from mnist_core.runs.model_registry import list_models
from mnist_core.runs.run import Run
from mnist_core.runs.store import RunStore
from tests import PROJECT
from tests.small import NETWORKS, configure

TRAIN_SMALL = ["train", "--model", NETWORKS["small"].name, "--epochs", "2", "--batch-size", "32"]

Printed = pytest.CaptureFixture[str]


def write_idx(folder: Path, split: str, part: Split) -> None:
    """Write a split in MNIST's own format."""
    count = len(part.labels).to_bytes(4, "big")
    header = b"\x00\x00\x08\x03" + count + 2 * (28).to_bytes(4, "big")
    (folder / f"{split}-images-idx3-ubyte").write_bytes(header + part.images.tobytes())
    header = b"\x00\x00\x08\x01" + count
    (folder / f"{split}-labels-idx1-ubyte").write_bytes(header + part.labels.tobytes())


@pytest.fixture
def few(data: Mnist, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Split:
    """Let MNIST have 640 training images and the 100 test images that are returned."""
    folder = tmp_path / "few"
    folder.mkdir()
    test = Split(data.test.images[:100], data.test.labels[:100])
    write_idx(folder, "train", Split(data.train.images[:640], data.train.labels[:640]))
    write_idx(folder, "t10k", test)
    monkeypatch.setenv("MNIST_DATA_DIR", str(folder))
    return test


@pytest.fixture
def store(runs_folder: Path) -> RunStore:
    """Return the store that the command line writes to."""
    return RunStore(runs_folder)


def draw_picture(path: Path, digit: int, data: Mnist) -> None:
    """Save a test image of a digit as a person would: large, in ink on paper."""
    image = data.test.images[np.flatnonzero(data.test.labels == digit)[0]]
    cv2.imwrite(str(path), 255 - cv2.resize(image, (280, 280), interpolation=cv2.INTER_CUBIC))


def only_line(text: str) -> str:
    """Return the one line that a text must be."""
    (line,) = text.splitlines()
    return line


@pytest.mark.usefixtures("few")
def test_train_prints_stores_and_copies_the_model(
    store: RunStore, tmp_path: Path, capsys: Printed
) -> None:
    """It appears among the app's models, and `--output` gets the same file."""
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
    """What is not given is the network's own default."""
    monkeypatch.setattr(train_command, "execute", lambda run, data: None)
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
@pytest.mark.parametrize(
    ("arguments", "augmented"), [([], True), (["--augment"], False)], ids=["default", "none"]
)
def test_a_network_is_augmented_as_it_is_made_for(
    store: RunStore, monkeypatch: pytest.MonkeyPatch, arguments: list[str], augmented: bool
) -> None:
    """All of the network's own changes are made unless others are asked for."""
    monkeypatch.setattr(train_command, "execute", lambda run, data: None)
    main(["train", "--model", "compact", *arguments])
    expected = NETWORKS["compact"].defaults.augmentation if augmented else Augmentation()
    assert store.list()[0].config.augmentation == expected


@pytest.mark.usefixtures("few")
def test_an_interrupted_training_can_go_on(
    store: RunStore, capsys: Printed, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Control-C ends it with 130 and prints the command that resumes it."""
    with monkeypatch.context() as patch:

        def interrupt(run: Run, data: Mnist) -> None:
            raise KeyboardInterrupt

        patch.setattr(train_command, "execute", interrupt)
        assert main(TRAIN_SMALL) == 130
    (run,) = (each.run for each in store.list())
    assert run.read().status == "interrupted"
    assert only_line(capsys.readouterr().err).endswith(f"train --resume {run.id}")
    assert main(["train", "--resume", run.id]) == 0
    assert store.get(run.id).read().status == "finished"


def test_a_resumed_run_takes_no_settings(store: RunStore, capsys: Printed) -> None:
    """The settings are rejected, and the run does not change."""
    run = store.create(configure(), status="stopped")
    assert main(["train", "--resume", run.id, "--epochs", "9", "--batch-size", "8"]) == 2
    assert "leave out --epochs, --batch-size" in only_line(capsys.readouterr().err)
    assert store.get(run.id).read().status == "stopped"


@pytest.mark.usefixtures("few")
@pytest.mark.parametrize("resumed", [False, True])
def test_a_run_of_the_command_line_is_never_queued(
    resumed: bool, store: RunStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While TensorFlow starts, the run is running, locked and not queued."""
    arguments = TRAIN_SMALL
    if resumed:
        arguments = ["train", "--resume", store.create(configure(), status="stopped").id]
    seen = []

    def look() -> None:
        (run,) = (each.run for each in RunStore(store.folder).list())
        seen.append((run.read().status, run.is_locked(), len(store.queue())))

    monkeypatch.setattr(train_command, "import_tensorflow_quietly", look)
    monkeypatch.setattr(train_command, "execute", lambda run, data: look())
    assert main(arguments) == 0
    assert seen == [("running", True, 0)] * 2
    assert not store.list()[0].run.is_locked()


def test_a_run_that_another_process_trains_is_left_to_it(store: RunStore, capsys: Printed) -> None:
    """Resuming it is refused in a sentence."""
    run = store.create(configure(), status="running")
    with FileLock(run.folder / "lock"):
        assert main(["train", "--resume", run.id]) == 1
    assert "is running and cannot be resumed" in only_line(capsys.readouterr().err)


@pytest.mark.parametrize("resumed", [False, True])
def test_without_data_no_run_is_touched(
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
def test_a_run_whose_training_cannot_start_records_the_reason(
    store: RunStore, capsys: Printed, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without TensorFlow the run fails, and the reason is printed in one line."""
    monkeypatch.setitem(sys.modules, "tensorflow", None)
    assert main(TRAIN_SMALL) == 1
    line = only_line(capsys.readouterr().err)
    assert "TensorFlow cannot be loaded" in line
    (run,) = (each.run for each in store.list())
    assert (run.read().status, run.read().reason) == ("failed", line)
    assert not run.is_locked()


def test_an_unexpected_error_gets_one_line(
    monkeypatch: pytest.MonkeyPatch, capsys: Printed
) -> None:
    """A traceback is shown in development mode only."""

    def fail() -> None:
        raise ZeroDivisionError("division\nby zero")

    monkeypatch.setattr(evaluate_command, "load_mnist", fail)
    assert main(["evaluate"]) == 1
    line = only_line(capsys.readouterr().err)
    assert "went wrong in the program (ZeroDivisionError: division by zero)" in line


@pytest.mark.parametrize("epochs", ["0", "-1", "51", "ten", "2.5"])
def test_impossible_epochs_get_one_sentence(epochs: str, store: RunStore, capsys: Printed) -> None:
    """And no run is made."""
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
    ],
)
def test_settings_that_do_not_exist_get_one_sentence(
    arguments: list[str], sentence: str, store: RunStore, capsys: Printed
) -> None:
    """The exit status is 2, and nothing is trained."""
    assert main(arguments) == 2
    assert sentence in only_line(capsys.readouterr().err)
    assert store.list() == []


@pytest.mark.parametrize(
    "arguments",
    [["bake"], ["train", "--epoch-count", "3"], ["predict"], ["evaluate", "--split", "all"]],
)
def test_misspelt_commands_get_one_line(arguments: list[str], capsys: Printed) -> None:
    """It points to --help."""
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    assert ended.value.code == 2
    assert only_line(capsys.readouterr().err).endswith("--help")


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["train", "--resume", "nothing"], "There is no run “nothing”"),
        (["evaluate", "--model", "nothing"], "There is no model “nothing”"),
        (["evaluate", "--model", "compact@²"], "There is no model “compact@²”"),
        (["evaluate", "--model", "compact@x"], "There is no model “compact@x”"),
        (["evaluate", "--model", "/nowhere.onnx"], "There is no model file at /nowhere.onnx"),
        (["evaluate", "--model", "README.onnx"], "README.onnx cannot be used as a model"),
    ],
)
def test_what_is_not_there_gets_one_sentence(
    arguments: list[str],
    sentence: str,
    tmp_path: Path,
    capsys: Printed,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The exit status is 1."""
    monkeypatch.chdir(tmp_path)
    Path("README.onnx").write_text("No model.")
    assert main(arguments) == 1
    assert sentence in only_line(capsys.readouterr().err)


def test_damaged_data_get_one_sentence(
    tmp_path: Path, capsys: Printed, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file that ends too early is named."""
    for path in SHIPPED.glob("*.gz"):
        (tmp_path / path.name).write_bytes(path.read_bytes()[:1000])
    monkeypatch.setenv("MNIST_DATA_DIR", str(tmp_path))
    assert main(["evaluate"]) == 1
    assert "train-images-idx3-ubyte.gz cannot be read" in only_line(capsys.readouterr().err)


def test_a_folder_that_cannot_be_written_gets_one_sentence(
    runs_folder: Path, capsys: Printed
) -> None:
    """Here a file stands where the runs should go."""
    runs_folder.touch()
    assert main(["train"]) == 1
    assert f"cannot be recorded in {runs_folder}" in only_line(capsys.readouterr().err)


def test_an_evaluation_adds_up(few: Split, capsys: Printed) -> None:
    """The diagonal and the mistakes make a hundred."""
    assert main(["evaluate", "--model", "compact"]) == 0
    printed = capsys.readouterr().out
    assert "compact.onnx on the 100 images of the test split" in printed
    cells = [line.split() for line in printed.splitlines()[-10:]]
    counts = [[0 if cell == "·" else int(cell) for cell in row[1:]] for row in cells]
    assert [sum(row) for row in counts] == np.bincount(few.labels).tolist()
    right = sum(counts[digit][digit] for digit in range(10))
    assert f"accuracy {right:.1f} %" in printed
    assert f"{100 - right} mistakes" in printed


def test_pictures_are_classified(
    data: Mnist, tmp_path: Path, capsys: Printed, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each gets a row with its digit."""
    monkeypatch.chdir(tmp_path)
    for digit in (3, 7):
        draw_picture(Path(f"{digit}.png"), digit, data)
    assert main(["predict", "3.png", "7.png"]) == 0
    printed = capsys.readouterr().out
    rows = [line.split()[:2] for line in printed.splitlines()[1:]]
    assert rows == [["3.png", "3"], ["7.png", "7"]]
    assert not any(warning in printed for warning in OOD_MESSAGES.values() if warning)


def test_a_picture_of_two_digits_is_flagged(
    tmp_path: Path, capsys: Printed, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its row has a warning."""
    monkeypatch.chdir(tmp_path)
    cv2.imwrite("two.png", draw_two_digits(np.random.default_rng(2)).pixels)
    assert main(["predict", "two.png"]) == 0
    assert "More than one digit?" in capsys.readouterr().out


def test_an_unreadable_picture_gets_one_line_and_no_prediction(
    data: Mnist, tmp_path: Path, capsys: Printed, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The readable picture is classified; the exit status is that of a failure."""
    monkeypatch.chdir(tmp_path)
    draw_picture(Path("seven.png"), 7, data)
    Path("letter.png").write_text("Dear reader")
    cv2.imwrite("blank.png", np.full((100, 100), 255, np.uint8))
    Path("folder.png").mkdir()
    names = ["letter.png", "blank.png", "missing.png", "folder.png"]
    assert main(["predict", *names, "seven.png"]) == 1
    printed = capsys.readouterr()
    assert [line.split(":")[0] for line in printed.err.splitlines()] == names
    assert "seven.png" in printed.out


@pytest.mark.usefixtures("few")
def test_a_cross_validation_goes_on_where_it_was_interrupted(
    data: Mnist, store: RunStore, capsys: Printed, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second call trains only the remaining folds and prints the accuracy."""
    recipe = configure(epochs=1, learning_rate=0.02, validation_fraction=0)
    monkeypatch.setattr(cross_validation, "RECIPE", recipe)
    folds: list[int] = []
    original = cross_validation.train

    def train_thrice(*arguments: Any) -> Any:
        if len(folds) == 3:
            folds.clear()
            raise KeyboardInterrupt
        folds.append(1)
        return original(*arguments)

    monkeypatch.setattr(cross_validation, "train", train_thrice)
    assert main(["cross-validate"]) == 130
    assert only_line(capsys.readouterr().err) == "Interrupted."
    assert main(["cross-validate"]) == 0
    assert len(folds) == 2
    probabilities = CrossValidation(store, load_mnist()).probabilities
    assert probabilities is not None
    right = (probabilities.argmax(axis=1) == data.train.labels[:640]).mean()
    printed = capsys.readouterr().out
    assert "640 training images" in printed
    assert f"accuracy {100 * right:.1f} %" in printed


@pytest.mark.usefixtures("few")
def test_a_cross_validation_that_cannot_be_recorded_gets_one_line(
    store: RunStore, capsys: Printed
) -> None:
    """Before anything is trained."""
    store.folder.touch()
    assert main(["cross-validate"]) == 1
    message = only_line(capsys.readouterr().err)
    assert message.startswith(f"The cross-validation cannot be recorded in {store.folder}")
    assert "MNIST_RUNS_DIR" in message


def fake_download(problem: str | None) -> Any:
    """Return a download that copies the shipped files, or fails as told."""

    def download(folder: Path, on_progress: Any) -> None:
        if problem:
            raise DownloadError(problem)
        folder.mkdir()
        for path in SHIPPED.glob("*.gz"):
            on_progress(Piece(path.stem, "mirror", path.stat().st_size, None))
            shutil.copy(path, folder)

    return download


def test_downloaded_files_are_named_and_saved_as_arrays(
    tmp_path: Path, capsys: Printed, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The last line can be pasted into a shell."""
    monkeypatch.setattr(download_command, "download", fake_download(None))
    assert main(["download", str(tmp_path / "mnist"), "--npy"]) == 0
    last = capsys.readouterr().out.splitlines()[-1]
    assert last.endswith(f"export MNIST_DATA_DIR={tmp_path / 'mnist'}")
    assert np.load(tmp_path / "mnist" / "test" / "X_test.npy").shape == (10_000, 28, 28)


def test_a_failed_download_gets_one_sentence(
    tmp_path: Path, capsys: Printed, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The exit status is 1."""
    monkeypatch.setattr(download_command, "download", fake_download("No mirror has it."))
    assert main(["download", str(tmp_path / "mnist")]) == 1
    assert only_line(capsys.readouterr().err) == "No mirror has it."


@pytest.mark.parametrize("arguments", [[], ["app"], ["app", "--no-browser", "--port", "8599"]])
def test_the_app_is_private_to_the_machine(
    arguments: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without a command and by `app`, Streamlit listens on localhost only."""
    commands: list[list[str]] = []
    monkeypatch.setattr(app.os, "execv", lambda program, command: commands.append(command))
    monkeypatch.setattr(app.subprocess, "run", lambda command, check: SimpleNamespace(returncode=0))
    assert main(arguments) == 0
    (command,) = commands
    assert command[1:5] == ["-m", "streamlit", "run", str(PROJECT / "streamlit_app.py")]
    assert "--server.address=localhost" in command
    assert ("--server.headless=true" in command) == ("--no-browser" in arguments)
    assert ("--server.port=8599" in command) == ("--port" in arguments)


def test_serve_listens_on_the_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """It listens on all addresses and gives Streamlit the one to print."""
    commands: list[list[str]] = []
    monkeypatch.setattr(app.os, "execv", lambda program, command: commands.append(command))
    monkeypatch.setattr(app.subprocess, "run", lambda command, check: SimpleNamespace(returncode=0))
    monkeypatch.setattr(app, "find_network_address", lambda: "192.168.0.7")
    assert main(["serve"]) == 0
    assert commands[0][5:] == [
        "--server.address=0.0.0.0",
        "--server.headless=true",
        "--browser.serverAddress=192.168.0.7",
    ]


@pytest.mark.parametrize(
    ("arguments", "status"),
    [(["train", "--epochs", "ten"], 2), (["predict", "nowhere.png"], 1), (["--help"], 0)],
)
def test_the_module_runs_as_a_program(arguments: list[str], status: int) -> None:
    """Exit status and single line hold for the real process too."""
    finished = subprocess.run(
        [sys.executable, "-m", "mnist_core", *arguments],
        cwd=PROJECT,
        env=os.environ,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert finished.returncode == status
    assert len(finished.stderr.splitlines()) == (1 if status else 0)
