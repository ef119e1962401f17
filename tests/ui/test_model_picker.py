"""Tests of choosing the model and the epoch across pages."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from benchmarks.recorded_runs import make_finished_runs
from mnist_core.runs.model_registry import default_model, list_shipped
from mnist_core.runs.store import RunStore
from tests.small import configure, execute_in
from ui import state
from ui.newest_runs import MOST_RUNS

pytestmark = pytest.mark.slow


@pytest.fixture
def trained(open_app: Callable[..., AppTest], runs_folder: Path) -> AppTest:
    """Return the Draw page with a run of three saved epochs as its model."""
    run = RunStore(runs_folder).create(configure(epochs=3), name="Just trained")
    execute_in(run.folder)
    app = open_app()
    app.selectbox[0].set_value(run.id).run()
    return app


def find_epoch(app: AppTest) -> int | None:
    """Return the epoch chosen by the page's slider; None for the final model."""
    (slider,) = (each for each in app.select_slider if each.label == "After epoch")
    epoch = slider.value
    assert epoch is None or isinstance(epoch, int)
    return epoch


def test_one_model_after_another_can_be_chosen(open_app: Callable[..., AppTest]) -> None:
    """Each choice takes effect, also the second and third."""
    app = open_app()
    for model_id in ("compact", "accurate", "compact"):
        app.selectbox[0].set_value(model_id).run()
        assert app.selectbox[0].value == app.session_state[state.MODEL_ID] == model_id


def test_model_and_epoch_apply_to_all_pages(trained: AppTest) -> None:
    """Also after a page that shows neither."""
    run_id = trained.selectbox[0].value
    assert find_epoch(trained) is None
    trained.select_slider[0].set_value(2).run()
    for page in ("inside", "pixels", "draw", "train", "inside"):
        trained.switch_page(f"pages/{page}.py").run()
        if page != "train":
            assert trained.selectbox[0].value == run_id
            assert find_epoch(trained) == 2, page


def test_a_deleted_model_is_replaced_by_the_default_one(
    trained: AppTest, runs_folder: Path
) -> None:
    """For example after its run was deleted."""
    shutil.rmtree(runs_folder / trained.selectbox[0].value)
    trained.run()
    assert not trained.exception and not trained.error
    assert trained.selectbox[0].value == default_model().id


def test_of_many_runs_the_newest_and_the_chosen_one_are_listed(
    open_app: Callable[..., AppTest], runs_folder: Path
) -> None:
    """A menu of all would slow the page down."""
    make_finished_runs(runs_folder, MOST_RUNS + 2)
    newest_first = [snapshot.id for snapshot in RunStore(runs_folder).list()]
    count = MOST_RUNS + len(list_shipped())
    app = open_app()
    assert len(app.selectbox[0].options) == count
    app.session_state[state.MODEL_ID] = newest_first[-1]
    app.run()
    assert app.selectbox[0].value == newest_first[-1]
    assert len(app.selectbox[0].options) == count + 1
