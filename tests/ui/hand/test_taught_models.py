"""A model that was taught at once and then deleted does not come back."""

from collections.abc import Callable
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from mnist_core.datasets.mnist import Mnist
from mnist_core.hands import NewDrawing, open_hands
from mnist_core.runs.store import RunStore
from mnist_core.runs.taught_models import list_taught
from mnist_core.runs.trained_model import delete_model
from ui import state


@pytest.fixture
def taught(open_app: Callable[..., AppTest], data: Mnist) -> AppTest:
    """Return the page My hand after it taught four drawings at once."""
    hands = open_hands()
    hand_id = hands.list_hands()[0].id
    for image, label in zip(data.test.images[:4], data.test.labels[:4], strict=True):
        hands.keep(hand_id, NewDrawing(int(label), image))
    app = open_app("pages/hand.py")
    app.session_state[state.MODEL_ID] = "compact"
    app.session_state[state.HAND_PART] = "teach"
    app.run()
    app.button("hand_teach").click().run()
    assert state.LIVE_TEACHING in app.session_state
    return app


def delete_drawing(app: AppTest) -> None:
    """Delete the first drawing on the page."""
    hands = open_hands()
    first, *_ = hands.list_drawings(hands.list_hands()[0].id)
    app.session_state[state.HAND_PART] = "drawings"
    app.session_state[state.HAND_DRAWING] = first.id
    app.run()
    app.button("hand_delete_one").click().run()
    assert not app.exception


def test_a_change_teaches_again(taught: AppTest, runs_folder: Path) -> None:
    """The model is saved again under the same id."""
    (before,) = list_taught(RunStore(runs_folder))
    modified = before.modified
    delete_drawing(taught)
    (after,) = list_taught(RunStore(runs_folder))
    assert after.id == before.id
    assert after.modified != modified


def test_a_deleted_model_is_not_taught_again(taught: AppTest, runs_folder: Path) -> None:
    """Whether a drawing is changed later or was changed just before."""
    store = RunStore(runs_folder)
    (model,) = list_taught(store)
    taught.session_state[state.TEACHING_DUE] = True
    taught.button(f"hand_delete_{model.id}").click().run()
    assert not taught.exception
    assert state.LIVE_TEACHING not in taught.session_state
    assert not list_taught(store)
    delete_drawing(taught)
    assert not list_taught(store)


def test_a_model_that_was_deleted_elsewhere_is_not_taught_again(
    taught: AppTest, runs_folder: Path
) -> None:
    """Another person has deleted it, or the same one in another window."""
    store = RunStore(runs_folder)
    (model,) = list_taught(store)
    delete_model(model)
    delete_drawing(taught)
    assert not list_taught(store)
    assert state.LIVE_TEACHING not in taught.session_state
