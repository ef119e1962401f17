"""The trained models that can be asked.

They are those that came with the package, those of the runs with their epochs, and those that were
loaded from files.
"""

from __future__ import annotations

import contextlib
import hashlib
import re
import secrets
import shutil
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from mnist_core.datasets.mnist import Split
from mnist_core.evaluation.evaluation import Evaluation, EvaluationError, evaluate
from mnist_core.files import write_atomically
from mnist_core.inference.classifier import DEFAULT_MODEL, PRETRAINED, Classifier, ModelError
from mnist_core.runs.run import Run
from mnist_core.runs.snapshot import RunSnapshot
from mnist_core.runs.store import RunStore, make_unique
from mnist_core.training.model_conversion import convert

LOADED = ".models"
# HDF5 files are refused, with how to save them as .keras.
KERAS_SUFFIXES = (".keras", ".h5", ".hdf5")
SHIPPED = tuple(sorted(path.stem for path in PRETRAINED.glob("*.onnx")))


@dataclass(frozen=True)
class TrainedModel:
    """A model file with the title that people see.

    Attributes:
        id: Stable and fit for a URL: the network's name for a shipped model, the run's id for a
            trained one, followed by "@3" for the model after epoch 3.
        title: The title.
        path: The ONNX file.
        run: The run that trained it, if any.
        epoch: The epoch after which it was saved; None for a trained model.
        saved_epochs: The epochs of its run whose models are saved, in order.
        earlier_epochs: Those of them before the trained model.
    """

    id: str
    title: str
    path: Path
    run: Run | None = None
    epoch: int | None = None
    saved_epochs: tuple[int, ...] = ()
    earlier_epochs: tuple[int, ...] = ()

    def sample_epochs(self, most: int) -> list[int]:
        """Return saved epochs, evenly spread from the first to the last.

        There are at most `most`, plus this model's own.
        """
        saved = self.saved_epochs
        if len(saved) <= most:
            return list(saved)
        indices = np.linspace(0, len(saved) - 1, most).astype(int)
        return sorted({saved[index] for index in indices} | {self.epoch or saved[-1]})

    @property
    def modified(self) -> int:
        """When its file was last changed, in nanoseconds; 0 where there is none."""
        try:
            return self.path.stat().st_mtime_ns
        except OSError:
            return 0

    def load(self) -> Classifier:
        """Load the classifier.

        Raises:
            ModelError: The file is missing or damaged.
        """
        return Classifier.load(self.path)

    def at_epoch(self, epoch: int) -> TrainedModel:
        """Return the same run's model as it was after an epoch.

        Raises:
            ModelError: That epoch was not kept.
        """
        if self.run is None or epoch not in self.saved_epochs:
            raise ModelError(f"“{self.title}” has not kept epoch {epoch}; choose another epoch.")
        return replace(
            self,
            id=f"{self.run.id}@{epoch}",
            title=f"{self.title}, epoch {epoch}",
            path=self.run.epoch_model_path(epoch),
            epoch=epoch,
        )

    def evaluate(self, split: Split) -> Evaluation:
        """Return the model's answers to the test split, computed once and kept beside the model.

        Raises:
            ModelError: The model file is missing or damaged.
        """
        kept = self.path.with_suffix(".npz")
        try:
            content = self.path.read_bytes() + split.images.tobytes()
            digest = hashlib.sha256(content).hexdigest()
        except OSError:
            digest = ""  # loading the model below says what is wrong
        try:
            evaluation = Evaluation.load(kept)
            same_labels = np.array_equal(evaluation.labels, split.labels)
            if evaluation.digest == digest and same_labels:
                return evaluation
        except EvaluationError:
            pass
        evaluation = evaluate(self.load(), split, digest)
        # A folder that cannot be written costs a repetition, no more.
        with contextlib.suppress(OSError):
            evaluation.save(kept)
        return evaluation


def trained_model(snapshot: RunSnapshot) -> TrainedModel:
    """Return the model of a run, whose file may not exist yet."""
    earlier = snapshot.saved_epochs
    if snapshot.status == "finished":
        earlier = tuple(epoch for epoch in earlier if epoch < snapshot.config.epochs)
    return TrainedModel(
        id=snapshot.id,
        title=snapshot.name,
        path=snapshot.run.model_path,
        run=snapshot.run,
        saved_epochs=snapshot.saved_epochs,
        earlier_epochs=earlier,
    )


def list_models(store: RunStore) -> list[TrainedModel]:
    """Return the models of the runs, the newest first, then loaded ones, then the shipped ones.

    No two have the same title.
    """
    trained = [trained_model(each) for each in store.list() if each.run.model_path.exists()]
    models = trained + list_loaded(store) + [_shipped(name) for name in SHIPPED]
    titles = make_unique(model.title for model in models)
    return [replace(model, title=title) for model, title in zip(models, titles, strict=True)]


def default_model() -> TrainedModel:
    """Return the shipped model that answers where no other one was chosen."""
    return _shipped(DEFAULT_MODEL.stem)


def list_loaded(store: RunStore) -> list[TrainedModel]:
    """Return the models that were loaded from files, by name."""
    folders = (path.parent for path in (store.folder / LOADED).glob("*/model.onnx"))
    models = [
        TrainedModel(id=folder.name, title=_read_title(folder), path=folder / "model.onnx")
        for folder in folders
    ]
    return sorted(models, key=lambda model: model.title)


def load_file(
    store: RunStore, name: str, content: bytes, on_wait: Callable[[], object] | None = None
) -> TrainedModel:
    """Take over a model from a file, kept beside the runs until it is deleted.

    Args:
        store: Where the runs are.
        name: The file's name, which ends in .keras or .onnx.
        content: The file's bytes.
        on_wait: Called once if the conversion of another file has to end first.

    Raises:
        ModelError: The file is damaged, none of ours, or cannot be kept.
    """
    suffix = Path(name).suffix.lower()
    if suffix not in {*KERAS_SUFFIXES, ".onnx"}:
        raise ModelError(
            f"{name} is no model file; expected one that ends in .keras or .onnx. Choose another "
            "file."
        )
    folder = store.folder / LOADED / f"file-{secrets.token_hex(4)}"
    try:
        with tempfile.TemporaryDirectory() as temporary:
            source = Path(temporary) / f"{Path(name).stem or 'model'}{suffix}"
            source.write_bytes(content)
            if suffix in KERAS_SUFFIXES:
                convert(source, source.with_suffix(".onnx"), "onnx", store.folder, on_wait)
            Classifier.load(source.with_suffix(".onnx"))
            folder.mkdir(parents=True)
            (folder / "name.txt").write_text(name, encoding="utf-8")
            with write_atomically(folder / "model.onnx") as target:
                shutil.copyfile(source.with_suffix(".onnx"), target)
    except OSError as error:
        raise ModelError(
            f"{name} cannot be kept in {store.folder} ({error.strerror}). Free some space, or set "
            "MNIST_RUNS_DIR to a folder that can be written."
        ) from error
    return TrainedModel(id=folder.name, title=name, path=folder / "model.onnx")


def prepare_saved_model(run: Run) -> None:
    """Convert a run's .keras file to its zipped SavedModel, unless that has been done.

    Raises:
        ModelError: The .keras file is missing or damaged, or there is no space for the result.
    """
    archive, source = run.saved_model_path, run.keras_path
    try:
        is_done = archive.stat().st_mtime >= source.stat().st_mtime
    except OSError:
        is_done = False
    if not is_done:
        convert(source, archive, "saved-model", run.folder.parent)


def delete_loaded(model: TrainedModel) -> None:
    """Delete a model that `load_file` gave.

    Raises:
        ModelError: Its folder cannot be written.
    """
    try:
        shutil.rmtree(model.path.parent)
    except FileNotFoundError:
        return  # deleted by somebody else meanwhile
    except OSError as error:
        raise ModelError(
            f"“{model.title}” cannot be deleted from {model.path.parent} ({error.strerror}); "
            "expected a folder that can be written. Allow that, and delete it again."
        ) from error


def _read_title(folder: Path) -> str:
    try:
        return (folder / "name.txt").read_text(encoding="utf-8")
    except (OSError, ValueError):
        return folder.name


def get_model(store: RunStore, model_id: str) -> TrainedModel:
    """Find a model by its id.

    Raises:
        ModelError: There is none, or what follows its "@" is no epoch.
    """
    run_id, at, epoch = model_id.partition("@")
    if at and not re.fullmatch(r"[0-9]{1,4}", epoch):
        raise ModelError(
            f"There is no model “{model_id}”; expected the number of an epoch after the @, as in "
            f"{run_id}@3. Choose another one."
        )
    for model in list_models(store):
        if model.id == run_id:
            return model.at_epoch(int(epoch)) if at else model
    raise ModelError(
        f"There is no model “{model_id}”; expected {', '.join(SHIPPED)}, or the id of a run or of "
        "a loaded file that has not been deleted."
    )


def _shipped(name: str) -> TrainedModel:
    title = f"{name.capitalize()} (built in)"
    return TrainedModel(id=name, title=title, path=PRETRAINED / f"{name}.onnx")
