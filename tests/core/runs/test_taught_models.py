"""Tests of mnist_core.runs.taught_models."""

from pathlib import Path

import numpy as np
import pytest

from mnist_core import load_mnist, teach
from mnist_core.inference.classifier import ModelError
from mnist_core.messages import translate
from mnist_core.runs.model_registry import get_model, list_models
from mnist_core.runs.run_error import RunError
from mnist_core.runs.store import RunStore
from mnist_core.runs.taught_models import list_taught, save_taught
from mnist_core.runs.trained_model import delete_model

IMAGES = load_mnist().test.images[:4] / np.float32(255)


@pytest.fixture
def store(tmp_path: Path) -> RunStore:
    """An empty store."""
    return RunStore(tmp_path)


def test_a_taught_model_can_be_chosen_like_any_other(store: RunStore) -> None:
    """It is listed first, found by its id, and gives what the taught classifier gives."""
    base = get_model(store, "compact")
    taught = teach(IMAGES, np.array([1, 1, 1, 1]), base=base.load())
    saved = save_taught(store, base, taught, "Aki")
    assert list_models(store)[0] == saved
    found = get_model(store, saved.id)
    assert found.title == "Compact, taught by Aki"
    np.testing.assert_allclose(
        found.load().probabilities(IMAGES), taught.probabilities(IMAGES), atol=1e-6
    )


def test_a_hand_has_one_model_for_each_base(store: RunStore) -> None:
    """Teaching again replaces the model under the same id; other hands and bases have their own."""
    compact, accurate = get_model(store, "compact"), get_model(store, "accurate")
    first = save_taught(store, compact, compact.load(), "Aki")
    assert save_taught(store, compact, compact.load(), "Aki").id == first.id
    save_taught(store, compact, compact.load(), "Bo")
    save_taught(store, accurate, accurate.load(), "Aki")
    save_taught(store, accurate, accurate.load(), "Aki", hand_id=1)
    assert len(list_taught(store)) == 4
    assert len({model.title for model in list_models(store)}) == len(list_models(store))


def test_the_title_of_a_taught_model_can_be_translated(store: RunStore) -> None:
    """Also that of the model that was saved just now, before it is listed."""
    base = get_model(store, "compact")
    saved = save_taught(store, base, base.load(), "")
    (listed,) = list_taught(store)
    for model in (saved, listed):
        assert translate(model.title, "qps") == "⟦Compact, taught by ⟦you⟧⟧"


def test_a_taught_model_can_be_deleted_twice(store: RunStore) -> None:
    """The second person who deletes it sees no error."""
    base = get_model(store, "compact")
    saved = save_taught(store, base, base.load(), "")
    assert saved.title == "Compact, taught by you"
    delete_model(saved)
    delete_model(saved)
    assert not list_taught(store)


def test_a_name_that_cannot_be_shown_is_refused(store: RunStore) -> None:
    """Such a name would break every page that lists the models."""
    base = get_model(store, "compact")
    with pytest.raises(RunError, match="control characters"):
        save_taught(store, base, base.load(), "A\x00")
    save_taught(store, base, base.load(), "A" * 500)


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    """The message names the model and the reason."""
    (tmp_path / "file").write_text("")
    base = get_model(RunStore(tmp_path), "compact")
    with pytest.raises(ModelError, match="taught by Aki"):
        save_taught(RunStore(tmp_path / "file"), base, base.load(), "Aki")
