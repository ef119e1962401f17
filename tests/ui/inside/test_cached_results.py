"""The cached results of the Inside page."""

import os
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from mnist_core.config import TrainingConfig
from mnist_core.interpretability.pca import fit_projection
from mnist_core.runs.store import RunStore
from mnist_core.runs.trained_model import TrainedModel
from ui.inside import cached_results
from ui.inside.cached_results import get_embedding


def test_an_epoch_is_aligned_to_the_present_final_model(
    runs_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Resuming a run replaces its final model, or removes it for a while."""
    random = np.random.default_rng(0)
    run = RunStore(runs_folder).create(TrainingConfig())
    epoch = TrainedModel(run.id, "", run.epoch_model_path(1), run, 1)
    final = TrainedModel(run.id, "", run.model_path, run)
    features = {epoch.path: random.normal(size=(50, 4)).astype(np.float32)}
    monkeypatch.setattr(
        cached_results, "get_data", lambda: SimpleNamespace(test=SimpleNamespace(images=None))
    )
    monkeypatch.setattr(
        cached_results,
        "get_classifier",
        lambda model: SimpleNamespace(
            feature_count=4, features=lambda images: features[model.path]
        ),
    )
    epoch.path.touch()
    own = fit_projection(features[epoch.path])
    for time in (1, 2):
        final.path.touch()
        os.utime(final.path, (time, time))
        features[final.path] = random.normal(size=(50, 4)).astype(np.float32)
        aligned = own.aligned_to(features[epoch.path], get_embedding(final).points)
        expected = aligned.apply(features[epoch.path])
        np.testing.assert_allclose(get_embedding(epoch).points, expected, atol=1e-5)
    final.path.unlink()
    expected = own.apply(features[epoch.path])
    np.testing.assert_allclose(get_embedding(epoch).points, expected, atol=1e-5)
