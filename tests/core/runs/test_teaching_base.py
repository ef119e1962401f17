"""Tests of mnist_core.runs.teaching_base."""

from pathlib import Path

import numpy as np
import pytest

from mnist_core import load_mnist, teach
from mnist_core.runs.model_registry import default_model, get_model, load_file
from mnist_core.runs.run import Run
from mnist_core.runs.store import RunStore
from mnist_core.runs.taught_models import save_taught
from mnist_core.runs.teaching_base import load_base
from mnist_core.runs.teaching_run import create_teaching
from mnist_core.teaching import TeachingError

IMAGES, LABELS = load_mnist().test.images[:2] / np.float32(255), np.array([7, 2])


@pytest.fixture
def store(tmp_path: Path) -> RunStore:
    """An empty store."""
    return RunStore(tmp_path)


def teach_in_run(store: RunStore) -> Run:
    """Return an ended run that taught a network, whose file does not say so."""
    run = create_teaching(store, IMAGES, LABELS, default_model(), "", status="finished")
    run.model_path.write_bytes(run.base_path.read_bytes())
    run.epoch_model_path(1).write_bytes(run.base_path.read_bytes())
    return run


def test_a_model_that_was_not_taught_is_loaded(store: RunStore) -> None:
    """Its drawings are new to it."""
    assert load_base(get_model(store, "compact")).name == "compact"


def test_a_model_that_was_taught_at_once_is_rejected(store: RunStore) -> None:
    """As it is returned, and as it is listed."""
    base = default_model()
    saved = save_taught(store, base, base.load(), "")
    for model in (saved, get_model(store, saved.id)):
        with pytest.raises(TeachingError, match="Choose a model that was not taught"):
            load_base(model)


@pytest.mark.parametrize("suffix", ["", "@1"])
def test_a_run_that_taught_is_rejected(store: RunStore, suffix: str) -> None:
    """Also the model after one of its epochs, and also by another run that teaches."""
    model = get_model(store, teach_in_run(store).id + suffix)
    with pytest.raises(TeachingError, match="taught drawings before"):
        load_base(model)
    with pytest.raises(TeachingError, match="taught drawings before"):
        create_teaching(store, IMAGES, LABELS, model, "")
    assert len(store.list()) == 1


def test_the_file_of_a_taught_model_is_rejected(store: RunStore) -> None:
    """Wherever it comes from: the file itself says that it was taught."""
    taught = teach(IMAGES, LABELS, base=get_model(store, "compact").load())
    model = load_file(store, "mine.onnx", taught.graph)
    assert not model.is_taught
    with pytest.raises(TeachingError, match="taught drawings before"):
        load_base(model)
