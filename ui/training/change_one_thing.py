"""“Change one thing”: the form takes over a run's settings, and both runs are compared."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, replace

import streamlit as st

from mnist_core.config import OWN, TrainingConfig
from mnist_core.runs.run_error import RunError
from mnist_core.runs.snapshot import RunSnapshot, Status
from mnist_core.training.architectures import NETWORKS
from ui import state
from ui.formatting import escape_markdown
from ui.language import _
from ui.resources import get_data, get_store
from ui.training.design_draft import find_draft
from ui.training.setting_keys import NETWORK_KEY, setting_key
from ui.training.setting_labels import name_setting
from ui.training.settings_difference import find_differences, list_labels

COUNTED: frozenset[Status] = frozenset({"finished", "running", "queued"})


def show_change_button(snapshot: RunSnapshot) -> None:
    """Show the button that puts a run's settings into the form, for runs that it can train."""
    config = snapshot.stored_config
    if config is None or config.model not in {*NETWORKS, OWN} or snapshot.teaching is not None:
        return
    pressed = st.button(
        _("Change one thing"),
        icon=":material/difference:",
        help=_(
            "Puts the settings of this run into the form above. Change one of them and press "
            "Train; both runs are then compared."
        ),
        on_click=_take_over,
        args=(snapshot.id, config),
        key="train_change_one",
    )
    if pressed:  # the button is in a fragment, the form is not
        st.rerun()


def show_baseline(config: TrainingConfig | None) -> None:
    """Show which run's settings were taken over, and what has been changed since.

    Args:
        config: What is chosen now; None while it is impossible.
    """
    baseline = find_baseline()
    if baseline is None:
        return
    name = escape_markdown(baseline.name)
    differences = {} if config is None else find_differences(baseline.config, config, False)
    with st.container(horizontal=True, vertical_alignment="center", key="train_baseline"):
        if not differences:
            text = _(
                "These are the settings of “{name}”. Change one thing, then press Train.", name=name
            )
        elif len(differences) == 1:
            ((setting, (before, after)),) = differences.items()
            before, after = escape_markdown(before), escape_markdown(after)
            text = _(
                "Changed from “{name}”: {label}, from {before} to {after}.",
                name=name,
                label=name_setting(setting),
                before=before,
                after=after,
            )
        else:
            text = _(
                "Changed from “{name}”: {labels}. With several changes, the comparison cannot "
                "tell which one made the difference.",
                name=name,
                labels=list_labels(differences),
            )
        st.markdown(f":material/difference: {text}", width="stretch")
        st.button(
            _("Do not compare"), type="tertiary", on_click=_forget, key="train_forget_baseline"
        )


def find_baseline() -> RunSnapshot | None:
    """Return the run whose settings were taken over, if it still exists."""
    run_id = st.session_state.get(state.TRAIN_BASELINE)
    if run_id is None:
        return None
    try:
        snapshot = get_store().get(run_id).read()
    except RunError:
        return None
    return snapshot if snapshot.stored_config is not None else None


def list_missing_baselines(configs: Sequence[TrainingConfig]) -> list[TrainingConfig]:
    """Return the runs of the baseline's settings that a comparison lacks.

    With several seeds, the baseline is trained with each of them too, unless it has been or will
    be. Runs that ended early do not count, nor do those that teach.

    Args:
        configs: The runs with the chosen settings, one per seed.
    """
    baseline = find_baseline()
    if baseline is None or len(configs) < 2:
        return []
    known = set(configs) | {
        snapshot.config
        for snapshot in get_store().list()
        if snapshot.status in COUNTED and snapshot.teaching is None
    }
    repeated = [replace(baseline.config, seed=config.seed) for config in configs]
    return [config for config in repeated if config not in known]


def compare_with_baseline(run_ids: Sequence[str]) -> None:
    """Choose the runs that were started and the baseline for the comparison below."""
    baseline = find_baseline()
    if baseline is not None:
        st.session_state[state.RUNS_MARKED] = [baseline.id, *run_ids[:1]]
        _forget()


def _take_over(run_id: str, config: TrainingConfig) -> None:
    st.session_state[state.TRAIN_BASELINE] = run_id
    name = config.model
    images = len(get_data().train.labels)
    values = {
        "epochs": float(config.epochs),
        "batch_size": float(config.batch_size),
        "learning_rate": float(config.learning_rate),
        "optimizer": config.optimizer,
        "schedule": config.schedule,
        "label_smoothing": float(config.label_smoothing),
        "held_out": float(round(config.validation_fraction * images)),
        "seed": float(config.seed),
        "patience": float(config.patience or 0),
        **{f"augmentation_{change}": on for change, on in asdict(config.augmentation).items()},
    }
    st.session_state[NETWORK_KEY] = name
    for setting, value in values.items():
        st.session_state[setting_key(setting, name)] = value
    if config.design is not None:
        draft, _problem = find_draft()
        draft.start_from(config.design)


def _forget() -> None:
    st.session_state.pop(state.TRAIN_BASELINE, None)
