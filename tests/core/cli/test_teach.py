"""Tests of mnist_core.cli.teach."""

import json
from pathlib import Path

import numpy as np
import pytest

from mnist_core import load_mnist
from mnist_core.cli import main, run_here
from mnist_core.inference.classifier import Classifier
from mnist_core.runs.model_registry import get_model, list_models
from mnist_core.runs.run import Run
from mnist_core.runs.store import RunStore
from mnist_core.runs.taught_models import list_taught, save_taught
from mnist_core.runs.teaching_run import read_taught_drawings
from tests.core.cli.output import Printed, only_line

TEST = load_mnist().test


@pytest.fixture
def drawings(tmp_path: Path) -> Path:
    """A CSV file of twelve drawings."""
    return write_table(tmp_path / "drawings.csv", TEST.images[:12], TEST.labels[:12])


def write_table(path: Path, images: np.ndarray, labels: np.ndarray) -> Path:
    """Write a CSV file of drawings: label and 784 pixels a line."""
    rows = np.column_stack([labels, images.reshape(len(images), -1)])
    path.write_text("\n".join(",".join(map(str, row)) for row in rows.tolist()))
    return path


@pytest.mark.slow
def test_teaching_at_once_saves_a_model_and_prints_what_changed(
    store: RunStore, drawings: Path, tmp_path: Path, capsys: Printed
) -> None:
    """The model is among the app's models, and at `--output`."""
    output = tmp_path / "mine.onnx"
    options = ["--base", "compact", "--name", "Aki", "--output", str(output)]
    assert main(["teach", str(drawings), *options]) == 0
    (model,) = list_taught(store)
    assert model.title == "Compact, taught by Aki"
    assert Classifier.load(output).graph == model.load().graph
    printed = " ".join(capsys.readouterr().out.split())
    assert "12 drawings" in printed
    assert "of 12 correct before" in printed
    assert "to say whether teaching helps" in printed


@pytest.fixture
def execute_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let runs end at once, with the model that they start from."""

    def execute(run: Run, data: object) -> None:
        assert run.is_locked()
        run.model_path.write_bytes(run.base_path.read_bytes())
        run.write_state(status="finished")

    monkeypatch.setattr(run_here, "execute", execute)
    monkeypatch.setattr(run_here, "import_tensorflow_quietly", lambda: None)


@pytest.mark.usefixtures("execute_at_once")
def test_a_thorough_teaching_is_a_run(store: RunStore, drawings: Path, capsys: Printed) -> None:
    """No worker gets it, and its settings are those of a teaching."""
    options = ["--method", "thorough", "--base", "compact", "--name", "Aki", "--seed", "7"]
    assert main(["teach", str(drawings), *options]) == 0
    (snapshot,) = store.list()
    assert snapshot.name == "Compact, taught by Aki"
    assert snapshot.config.seed == 7
    assert snapshot.teaching is not None and snapshot.teaching.drawings == 12
    assert snapshot.id in [model.id for model in list_models(store)]
    assert snapshot.id in capsys.readouterr().out


@pytest.mark.parametrize("method", ["instant", "thorough"])
def test_a_base_that_was_taught_is_rejected(
    store: RunStore, drawings: Path, capsys: Printed, method: str
) -> None:
    """It may have seen the drawings; nothing is saved."""
    compact = get_model(store, "compact")
    taught = save_taught(store, compact, compact.load(), "Aki")
    assert main(["teach", str(drawings), "--method", method, "--base", taught.id]) == 1
    assert "Choose a model that was not taught" in only_line(capsys.readouterr().err)
    assert list_taught(store) == [taught]
    assert not store.list()


@pytest.mark.usefixtures("execute_at_once")
def test_an_image_that_is_given_twice_is_taught_once(
    store: RunStore, drawings: Path, tmp_path: Path, capsys: Printed
) -> None:
    """Else one network is taught it and tested with it; the label that comes last counts."""
    more = write_table(tmp_path / "more.csv", TEST.images[[0, 1, 20]], np.array([9, 2, 4]))
    options = ["--method", "thorough", "--base", "compact"]
    assert main(["teach", str(drawings), str(more), str(more), *options]) == 0
    (snapshot,) = store.list()
    taught = read_taught_drawings(snapshot.run)
    np.testing.assert_array_equal(taught.images, TEST.images[[*range(12), 20]])
    assert taught.labels.tolist() == [9, 2, *TEST.labels[2:12], 4]
    printed = " ".join(capsys.readouterr().out.split())
    assert "13 drawings, taught to" in printed
    assert "Left out because the same image is given again: 5" in printed


@pytest.mark.parametrize(
    ("content", "message"),
    [("", "is empty"), ("not a number", "CSV"), (json.dumps([3]), "drawing")],
)
@pytest.mark.usefixtures("store")
def test_files_that_hold_no_drawings_are_named(
    content: str, message: str, tmp_path: Path, capsys: Printed
) -> None:
    """One line says what is wrong with the file."""
    path = tmp_path / "bad.csv"
    path.write_text(content)
    assert main(["teach", str(path)]) == 1
    assert message in only_line(capsys.readouterr().err)


@pytest.mark.usefixtures("store")
def test_a_missing_file_or_base_is_named(drawings: Path, capsys: Printed) -> None:
    """Neither gives a traceback."""
    assert main(["teach", "missing.csv"]) == 1
    assert "missing.csv" in only_line(capsys.readouterr().err)
    assert main(["teach", str(drawings), "--base", "nothing"]) == 1
    assert "nothing" in only_line(capsys.readouterr().err)
    assert main(["teach", str(drawings), "--base", ""]) == 1
    assert "There is no model “”" in only_line(capsys.readouterr().err)
    assert main(["teach", str(drawings), "--seed", "-1"]) == 2
    assert "The seed must be a whole number from 0" in only_line(capsys.readouterr().err)
    assert main(["teach", str(drawings), "--output", "mine.txt"]) == 2
    assert ".onnx" in only_line(capsys.readouterr().err)
