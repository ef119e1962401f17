"""The trained models that can be asked: the shipped ones, those of the runs, and their epochs."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

from mnist_core.classifier import PRETRAINED, Classifier, ModelError
from mnist_core.dataset import Split
from mnist_core.evaluation import Evaluation, EvaluationError, evaluate
from mnist_core.runs import Run, RunStore

SHIPPED = tuple(sorted(path.stem for path in PRETRAINED.glob("*.onnx")))


@dataclass(frozen=True)
class TrainedModel:
    """A model file with the name that a person knows it by.

    `id` is stable and fits a URL: the network's name for a shipped model, the run's id for a
    trained one, followed by "@3" for that run's network as it was after epoch 3.
    """

    id: str
    title: str
    path: Path
    run: Run | None = None
    epoch: int | None = None

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
        if self.run is None or epoch not in self.run.kept_epochs:
            raise ModelError(f"“{self.title}” has not kept epoch {epoch}; choose another epoch.")
        return TrainedModel(
            id=f"{self.run.id}@{epoch}",
            title=f"{self.title}, epoch {epoch}",
            path=self.run.epoch_model_path(epoch),
            run=self.run,
            epoch=epoch,
        )

    def evaluate(self, split: Split) -> Evaluation:
        """Return the model's answers to the test split, computed once and kept beside the model.

        Raises:
            ModelError: The model file is missing or damaged.
        """
        kept = self.path.with_suffix(".npz")
        try:
            digest = hashlib.sha256(self.path.read_bytes()).hexdigest()
        except OSError:
            digest = ""  # loading the model below says what is wrong
        try:
            evaluation = Evaluation.load(kept)
            if evaluation.model_digest == digest and len(evaluation.labels) == len(split.labels):
                return evaluation
        except EvaluationError:
            pass
        evaluation = evaluate(self.load(), split, digest)
        try:
            evaluation.save(kept)
        except OSError:
            pass  # a folder that cannot be written costs a repetition, no more
        return evaluation


def trained_model(run: Run) -> TrainedModel:
    """Return the model that a run gave or will give."""
    return TrainedModel(id=run.id, title=run.name, path=run.model_path, run=run)


def list_models(store: RunStore) -> list[TrainedModel]:
    """Return the models of the runs, the newest first, then the shipped ones."""
    trained = [trained_model(run) for run in store.list() if run.model_path.exists()]
    return trained + [_shipped(name) for name in SHIPPED]


def get_model(store: RunStore, model_id: str) -> TrainedModel:
    """Find a model by its id.

    Raises:
        ModelError: There is none.
    """
    run_id, _, epoch = model_id.partition("@")
    for model in list_models(store):
        if model.id == run_id:
            return model.at_epoch(int(epoch)) if epoch.isdigit() else model
    raise ModelError(f"There is no model “{model_id}” any more. Choose another one.")


def _shipped(name: str) -> TrainedModel:
    return TrainedModel(id=name, title=f"Shipped {name}", path=PRETRAINED / f"{name}.onnx")
