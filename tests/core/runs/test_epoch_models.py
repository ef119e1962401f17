"""Tests of mnist_core.runs.epoch_models: which models are kept."""

from mnist_core.config import TrainingConfig
from mnist_core.runs import epoch_models
from mnist_core.runs.epoch_models import delete_epoch_model, prune_epoch_models
from mnist_core.runs.store import RunStore
from mnist_core.training.epochs import EpochResult


def test_kept_epochs_fit_their_space(tmp_path, monkeypatch):
    """Where all are too large, every second one goes, never the ends and the best one."""
    monkeypatch.setattr(epoch_models, "MAX_EPOCH_BYTES", 1000)
    run = RunStore(tmp_path / "runs").create(TrainingConfig(epochs=50))
    for epoch in range(1, 51):
        run.epoch_model_path(epoch).write_bytes(bytes(100))
        prune_epoch_models(run, run.read_epochs())
        run.append_epoch(EpochResult(epoch, 1, 1.0, 0.9, abs(epoch - 8), 0.9, 1.0))
        assert len(run.list_saved_epochs()) <= 10
    assert {1, 8, 50} <= set(run.list_saved_epochs())


def test_what_was_computed_from_a_model_goes_with_it(tmp_path):
    """The other epochs and their files stay."""
    run = RunStore(tmp_path / "runs").create(TrainingConfig())
    folder = run.epoch_model_path(1).parent
    names = {f"{epoch:03d}{ending}" for epoch in (1, 2) for ending in (".onnx", ".npz")}
    for name in names:
        (folder / name).write_bytes(b"")
    delete_epoch_model(run, 1)
    assert {path.name for path in folder.iterdir()} == {"002.onnx", "002.npz"}
