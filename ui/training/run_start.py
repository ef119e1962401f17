"""The start of a training run, once per click.

Each button that starts a run has the number of the click that it waits for in its key. A click that
has started a run raises the number, so the browser's second click on the same button is a click on
a widget that no longer exists. A second click on the button that has taken its place is dropped in
the browser (`static/live/single_click.js`).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import streamlit as st

from mnist_core.config import TrainingConfig
from ui import state
from ui.components.js_module import serve_module
from ui.language import _
from ui.resources import get_drawing, get_store
from ui.training.change_one_thing import add_baselines, compare_with_baseline
from ui.training.setting_labels import name_network

START_BUTTON, QUICK_BUTTON = "train_start", "train_quick"

_ignore_double_clicks = st.components.v2.component(
    "single_click", js=serve_module("single_click.js")
)


@dataclass
class Clicks:
    """The clicks of this session that started a run.

    Attributes:
        count: Number of runs started.
        run_id: The run that was started last and is not shown yet.
    """

    count: int = 0
    run_id: str | None = None


def make_button_key(name: str) -> str:
    """Return the key of a button that starts a run; it changes with each started run."""
    return f"{name}_{_get_clicks().count}"


def ignore_double_clicks() -> None:
    """Drop the second click of a double click on the buttons, in the browser."""
    _ignore_double_clicks(
        data={"keys": [START_BUTTON, QUICK_BUTTON]}, key="train_single_click", height=0
    )


def start_training(configs: Sequence[TrainingConfig]) -> None:
    """Create runs in the queue; `show_started_run` selects the first in the next run of the page.

    Raises:
        RunError: The folder of the runs cannot be written.
    """
    clicks, store, drawing = _get_clicks(), get_store(), get_drawing()
    # Streamlit may interrupt a page wherever the session state is accessed, but not from here on.
    wanted = add_baselines(configs)
    runs = [
        store.create(config, _name_repeated(config) if len(wanted) > 1 else None, drawing=drawing)
        for config in wanted
    ]
    clicks.run_id = runs[0].id
    clicks.count += 1
    compare_with_baseline([run.id for run in runs])


def _name_repeated(config: TrainingConfig) -> str:
    """Return the name of one of several runs that differ in their seeds."""
    return _("{network}, seed {seed}", network=name_network(config.model), seed=config.seed)


def show_started_run() -> None:
    """Put the run that was just started into the page's address."""
    clicks = _get_clicks()
    if clicks.run_id is not None:
        st.query_params["run"] = clicks.run_id
        clicks.run_id = None


def _get_clicks() -> Clicks:
    clicks: Clicks = st.session_state.setdefault(state.TRAIN_CLICKS, Clicks())
    return clicks
