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
from mnist_core.messages import Message, message
from mnist_core.runs.run import Run
from mnist_core.runs.run_error import RunError
from ui import state
from ui.components.js_module import serve_module
from ui.language import _
from ui.layout import show_error
from ui.resources import get_drawing, get_store
from ui.training.change_one_thing import compare_with_baseline
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
        problem: The first run of the last click, and why others could not be started, None if all
            were.
    """

    count: int = 0
    run_id: str | None = None
    problem: tuple[str, Message] | None = None


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

    If only some of them can be created, it also says so.

    Raises:
        RunError: The folder of the runs cannot be written, and no run was created.
    """
    clicks, store, drawing = _get_clicks(), get_store(), get_drawing()
    # Streamlit may interrupt a page wherever the session state is accessed, but not from here on.
    runs: list[Run] = []
    problem = None
    try:
        for config in configs:
            name = _name_repeated(config) if len(configs) > 1 else None
            runs.append(store.create(config, name, drawing=drawing))
    except RunError as error:
        if not runs:
            raise
        problem = message(
            "{started} of the {wanted} runs could be started. {error}",
            started=len(runs),
            wanted=len(configs),
            error=str(error),
        )
    clicks.run_id = runs[0].id
    clicks.problem = None if problem is None else (runs[0].id, problem)
    clicks.count += 1
    compare_with_baseline([run.id for run in runs])


def _name_repeated(config: TrainingConfig) -> str:
    """Return the name of one of several runs that differ in their seeds."""
    return _("{network}, seed {seed}", network=name_network(config.model), seed=config.seed)


def show_started_run() -> None:
    """Put the run that was just started into the page's address.

    Also show why others could not be started, until another run is chosen, since any rerun may
    follow.
    """
    clicks = _get_clicks()
    if clicks.run_id is not None:
        st.query_params["run"] = clicks.run_id
        clicks.run_id = None
    if clicks.problem is not None:
        run_id, problem = clicks.problem
        if st.query_params.get("run") == run_id:
            show_error(problem)


def _get_clicks() -> Clicks:
    clicks: Clicks = st.session_state.setdefault(state.TRAIN_CLICKS, Clicks())
    return clicks
