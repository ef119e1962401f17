"""The files of a run's folder.

    runs/20261123-164500-compact-3f2a81bc/
        run.json           name, configuration and time of creation
        drawing.npy        the drawing of the person who started the run, if any
        state.json         status, reason of a failure, versions, hash of the data; by the worker
        batches.jsonl      progress reports, one per line, about five per second
        epochs.jsonl       results of the epochs, one per line
        stop               present once a person has requested the end
        lock               held by the process that trains
        checkpoint.keras   weights and optimizer state after the last complete epoch, with the
                           results of all epochs so far
        untrained.onnx     the model before the first batch
        epochs/003.onnx    the model after epoch 3
        model.keras        the trained model, without the optimizer's state
        model.onnx         the same model, as the app uses it
        model.npz          its predictions for the test images; 003.npz those of epoch 3
        model.features.npz its features of the training images, once neighbors were searched
        model.rehearsal.npz, model.test.npz  its features of MNIST, once it was taught a hand
        teaching.json, base.onnx, taught.npz  of a run that teaches a network: whose hand, the
                           network that it starts from, and the drawings with their labels
        report.npz         what the teaching changed, by cross-validation
        saved_model.zip    the trained model for TensorFlow Serving, once it was exported

After each epoch the checkpoint is written first, then the epoch's model, then its line. So nothing
that is shown as saved can be lost, whenever the process is killed.

JSON and model files are replaced atomically. The line files only grow, and a truncated last line
is skipped when they are read. The lock is released when its process ends, however it ends. So a
run whose status is "running" while nobody holds its lock was interrupted; it can be resumed from
its checkpoint.
"""

from __future__ import annotations

from functools import cached_property
from pathlib import Path

from mnist_core.runs.names import make_id


class RunPaths:
    """The identity of a run and the paths of its files.

    Attributes:
        folder: The run's folder.
        id: The folder's name, with escapes for characters that cannot be shown.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.id = make_id(folder.name)

    @property
    def request_path(self) -> Path:
        """Name, configuration and time of creation."""
        return self.folder / "run.json"

    @property
    def state_path(self) -> Path:
        """Status and other values that the worker writes."""
        return self.folder / "state.json"

    @property
    def batches_path(self) -> Path:
        """Progress reports."""
        return self.folder / "batches.jsonl"

    @property
    def epochs_path(self) -> Path:
        """Results of the epochs."""
        return self.folder / "epochs.jsonl"

    @property
    def stop_path(self) -> Path:
        """An empty file, present once the end was requested."""
        return self.folder / "stop"

    @property
    def lock_path(self) -> Path:
        """The file that the training process locks."""
        return self.folder / "lock"

    @property
    def drawing_path(self) -> Path:
        """The drawing of the person who started the run."""
        return self.folder / "drawing.npy"

    @cached_property  # every page needs it for every run
    def model_path(self) -> Path:
        """The trained model in ONNX format."""
        return self.folder / "model.onnx"

    @property
    def keras_path(self) -> Path:
        """The trained model in Keras format."""
        return self.folder / "model.keras"

    @property
    def saved_model_path(self) -> Path:
        """The trained model as a zipped SavedModel."""
        return self.folder / "saved_model.zip"

    @property
    def teaching_path(self) -> Path:
        """What the run teaches, if it teaches a network drawings."""
        return self.folder / "teaching.json"

    @property
    def base_path(self) -> Path:
        """The model that a teaching starts from."""
        return self.folder / "base.onnx"

    @property
    def taught_path(self) -> Path:
        """The drawings that are taught."""
        return self.folder / "taught.npz"

    @property
    def report_path(self) -> Path:
        """What the teaching changed."""
        return self.folder / "report.npz"

    @property
    def checkpoint_path(self) -> Path:
        """Weights, optimizer state and results after the last complete epoch."""
        return self.folder / "checkpoint.keras"

    @property
    def untrained_path(self) -> Path:
        """The model before the first batch, in ONNX format."""
        return self.folder / "untrained.onnx"

    def epoch_model_path(self, epoch: int) -> Path:
        """Return the path of the model after an epoch, counted from 1."""
        return self.folder / "epochs" / f"{epoch:03d}.onnx"

    def list_saved_epochs(self) -> list[int]:
        """Return the epochs whose models are saved, in order."""
        paths = (self.folder / "epochs").glob("[0-9][0-9][0-9].onnx")
        return sorted(int(path.stem) for path in paths)
