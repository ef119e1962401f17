"""A model file with a title: shipped, trained in a run, or loaded from a file."""

from __future__ import annotations

import contextlib
import hashlib
import shutil
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from mnist_core.array_cache import load_arrays, load_or_compute
from mnist_core.datasets.mnist import Split
from mnist_core.evaluation.evaluation import Evaluation, evaluate
from mnist_core.files import read_regular_file
from mnist_core.inference.classifier import PRETRAINED, Classifier, ModelError
from mnist_core.inference.onnx_parser import MAX_FILE_BYTES
from mnist_core.messages import message
from mnist_core.runs.names import clean_text, make_id
from mnist_core.runs.run import Run
from mnist_core.runs.snapshot import RunSnapshot
from mnist_core.runs.write_errors import explain_failure

MAX_TITLE_BYTES = 1024


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
        accuracy: The fraction of the test images that it classifies correctly, 0..1; None if that
            is not recorded.
        is_taught: Whether it was taught a person's drawings, at once or by its run.
    """

    id: str
    title: str
    path: Path
    run: Run | None = None
    epoch: int | None = None
    saved_epochs: tuple[int, ...] = ()
    earlier_epochs: tuple[int, ...] = ()
    accuracy: float | None = None
    is_taught: bool = False

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
            ModelError: No model was saved after that epoch.
        """
        if self.run is None or epoch not in self.saved_epochs:
            raise ModelError(
                message(
                    "“{title}” has no saved model for epoch {epoch}. Choose another epoch.",
                    title=self.title,
                    epoch=epoch,
                )
            )
        return replace(
            self,
            id=f"{self.run.id}@{epoch}",
            title=message("{title}, epoch {epoch}", title=self.title, epoch=epoch),
            path=self.run.epoch_model_path(epoch),
            epoch=epoch,
            accuracy=None,
        )

    def evaluate(self, split: Split) -> Evaluation:
        """Evaluate the model on a split.

        The result is cached beside the model's file. For a shipped model, the result for MNIST's
        test images comes with the package, and no other is cached.

        Args:
            split: Images (n, 28, 28) uint8 with labels (n,) uint8.

        Raises:
            ModelError: The model file is missing or damaged.
        """
        try:
            model = read_regular_file(self.path.resolve(), MAX_FILE_BYTES)
            content = model + split.images.tobytes()
        except OSError:
            return evaluate(self.load(), split)  # raises an error with the reason
        shape = (len(split.labels), 10)

        def compute() -> dict[str, np.ndarray]:
            return {
                "labels": split.labels,
                "probabilities": evaluate(self.load(), split).probabilities,
            }

        def is_valid(arrays: Mapping[str, np.ndarray]) -> bool:
            return (
                arrays.keys() == {"labels", "probabilities"}
                and np.array_equal(arrays["labels"], split.labels)
                and (arrays["probabilities"].shape, arrays["probabilities"].dtype.kind)
                == (shape, "f")
            )

        digest = hashlib.sha256(content).hexdigest()
        cache = self.path.with_suffix(".npz")
        if self.path.parent == PRETRAINED:
            shipped = load_arrays(cache, digest)
            arrays = shipped if shipped is not None and is_valid(shipped) else compute()
        else:
            arrays = load_or_compute(cache, digest, compute, is_valid)
        return Evaluation(arrays["labels"], arrays["probabilities"], digest)


def list_untrained(run: Run) -> list[TrainedModel]:
    """Return the model of a run before its training, which runs of earlier versions do not have."""
    path = run.untrained_path
    title = message("Before training")
    return [TrainedModel(f"{run.id}@0", title, path, run, epoch=0)] if path.exists() else []


def trained_model(snapshot: RunSnapshot) -> TrainedModel:
    """Return the model of a run, whose file may not exist yet."""
    end = None  # the epoch whose weights the model has
    if snapshot.status == "finished":
        end = snapshot.config.epochs
    elif snapshot.status == "stopped":
        end = snapshot.last_epoch
    earlier = tuple(epoch for epoch in snapshot.saved_epochs if epoch != end)
    return TrainedModel(
        id=snapshot.id,
        title=snapshot.name,
        path=snapshot.run.model_path,
        run=snapshot.run,
        saved_epochs=snapshot.saved_epochs,
        earlier_epochs=earlier,
        accuracy=None if snapshot.results is None else snapshot.results.test_accuracy,
        is_taught=snapshot.teaching is not None,
    )


def list_in_folder(folder: Path) -> list[TrainedModel]:
    """Return the models in the folders of a folder, by title; each has a file with its title."""
    models = [
        TrainedModel(make_id(path.parent.name), read_title(path.parent), path)
        for path in folder.glob("*/model.onnx")
    ]
    return sorted(models, key=lambda model: model.title)


def read_title(folder: Path) -> str:
    """Return the title in a model's folder, or else the folder's name."""
    path = folder / "name.txt"
    title = b""
    with contextlib.suppress(OSError):
        title = read_regular_file(path, MAX_TITLE_BYTES)
    return clean_text(title.decode(errors="replace")).strip() or make_id(folder.name)


def delete_model(model: TrainedModel) -> None:
    """Delete a model with its folder: one that was taught at once, or loaded from a file.

    Raises:
        ModelError: Its folder cannot be written.
    """
    with (
        explain_failure(
            ModelError, message("The model “{title}” cannot be deleted.", title=model.title)
        ),
        contextlib.suppress(FileNotFoundError),  # another person was quicker
    ):
        shutil.rmtree(model.path.parent)
