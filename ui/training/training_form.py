"""The form of the Train page: network, epochs, augmentation, settings and the buttons."""

from dataclasses import replace
from typing import Any, Literal

import streamlit as st

from mnist_core.config import MAX_SEED, OWN, ConfigError, TrainingConfig
from mnist_core.inference.network_plan import find_batch_problem, plan_network
from mnist_core.jobs.cost_estimate import CostEstimate
from mnist_core.messages import message
from mnist_core.training.architectures import NETWORKS, configure_own, find_design
from ui.formatting import format_duration
from ui.language import _, localize, localize_each
from ui.layout import show_error
from ui.resources import get_data, get_store
from ui.training.change_one_thing import list_missing_baselines, show_baseline
from ui.training.code_view import show_code_button
from ui.training.design_draft import (
    find_draft,
    has_linked_network,
    is_draft_begun,
    sync_address,
)
from ui.training.network_designer import plan_draft, show_designer
from ui.training.run_start import (
    QUICK_BUTTON,
    START_BUTTON,
    ignore_double_clicks,
    make_button_key,
)
from ui.training.setting_fields import (
    MAX_REPEATS,
    choose_augmentation,
    choose_settings,
    enter_whole_number,
)
from ui.training.setting_keys import NETWORK_KEY, setting_key
from ui.training.setting_labels import name_network
from ui.training.training_cost import estimate_training, show_cost

QUICK = "swift"
MAX_OWN_SECONDS = 3600
AUGMENTATION_WIDTH, SETTINGS_WIDTH = 570, 410  # so that they end where the page does
OWN_SUMMARY = message("Design the layers yourself, from nothing or from one of the others.")


def show_form(prominent: bool, has_runs: bool) -> list[TrainingConfig]:
    """Show the settings of a training, the buttons that start it, and its estimated time.

    Args:
        prominent: Whether the button has the accent color.
        has_runs: Whether anything has been trained; if not, the page itself offers the quick start.

    Returns:
        The runs to start once the button is pressed: one per seed, then those that repeat the run
        that they are compared with. None otherwise.
    """
    with st.container(horizontal=True, vertical_alignment="bottom"):
        name = _choose_network()
        draft, link_problem = find_draft() if name == OWN else (None, "")
        sync_address(draft)
        plan = None if draft is None else plan_draft(draft)
        design = None if draft is None or plan is None or plan.problems else draft.build()
        # While a design is impossible, another one stands for it in the settings.
        defaults = (
            NETWORKS[name].defaults
            if name != OWN
            else configure_own(design or NETWORKS[QUICK].design)
        )
        epochs = enter_whole_number(
            _("Epochs"),
            defaults.epochs,
            help=_("How many times the network sees every training image."),
            width=140,
            key=setting_key("epochs", name),
            persist_state="session",
        )
        with (
            st.popover(_("Augmentation"), icon=":material/auto_awesome_motion:"),
            st.container(width=AUGMENTATION_WIDTH),
        ):
            augmentation = choose_augmentation(name, defaults.augmentation)
        with (
            st.popover(_("Settings"), icon=":material/tune:"),
            st.container(width=SETTINGS_WIDTH),
        ):
            settings = choose_settings(name, defaults)
        repeats = settings.pop("repeats")
        problem, config = _make_config(
            model=name,
            epochs=epochs,
            augmentation=augmentation,
            design=defaults.design,
            **settings,
        )
        cost = None if config is None else estimate_training(config, get_store())
        is_buildable = plan is None or not plan.problems
        runs: list[TrainingConfig] = []
        if config is not None:
            problem = _find_seeds_problem(config.seed, repeats)
            if not problem and is_buildable:
                problem = _find_network_problem(config, cost)
            if not problem and is_buildable:
                seeds = range(config.seed, config.seed + int(repeats))
                runs = [replace(config, seed=seed) for seed in seeds]
        baselines, baseline_cost = _plan_baselines(runs)
        pressed = st.button(
            _("Train"),
            type="primary" if prominent else "secondary",
            icon=":material/play_arrow:",
            width="stretch",
            disabled=not runs,
            key=make_button_key(START_BUTTON),
        )
    with st.container(horizontal=True, vertical_alignment="center"):
        if problem:
            show_error(problem)
        elif not is_buildable:
            st.caption(
                _(
                    ":material/build: Train waits until every layer is possible. The sentence "
                    "below says what to change."
                )
            )
        elif runs:
            show_cost(runs, cost, baselines, baseline_cost)
            show_code_button(runs[0], "train_code")
        quick = has_runs and show_quick_start("tertiary")
    show_baseline(runs[0] if runs else None)
    if draft is not None and plan is not None:
        if link_problem:
            show_error(link_problem)
        show_designer(draft, plan, None if cost is None else cost.epoch_seconds)
    ignore_double_clicks()
    if quick:
        return [NETWORKS[QUICK].defaults]
    return [*runs, *baselines] if pressed else []


def _choose_network() -> str:
    if has_linked_network() and not is_draft_begun():
        st.session_state[NETWORK_KEY] = OWN
    options = [*NETWORKS, OWN]
    summaries = {key: network.summary for key, network in NETWORKS.items()} | {OWN: OWN_SUMMARY}
    return st.selectbox(
        _("Network"),
        options,
        format_func=localize_each({key: name_network(key) for key in options}),
        help="  \n".join(f"**{name_network(key)}**: {localize(summaries[key])}" for key in options),
        width=200,
        key=NETWORK_KEY,
        persist_state="session",
    )


def show_quick_start(emphasis: Literal["primary", "tertiary"]) -> bool:
    """Show the button that trains the smallest network; return whether it is pressed."""
    return st.button(
        _("99\u00a0% in seconds"),
        type=emphasis,
        icon=":material/bolt:",
        help=_(
            "Trains the smallest network for one epoch, whatever is chosen above. It classifies "
            "99 % of the test images correctly."
        ),
        key=make_button_key(QUICK_BUTTON),
    )


def _make_config(held_out: float, **settings: Any) -> tuple[str, TrainingConfig | None]:
    """Return an error message, or "", and the configuration, or None.

    The fields themselves have no bounds: Streamlit does not send a value outside its field's
    bounds, and training would silently use the last valid one.
    """
    images = len(get_data().train.labels)
    highest = images // 2
    if not isinstance(held_out, int) or not 0 <= held_out <= highest:
        return (
            _(
                "The number of validation images must be a whole number from 0 to {highest:,}, "
                "not {held_out:,}.",
                highest=highest,
                held_out=held_out,
            ),
            None,
        )
    try:
        return "", TrainingConfig(validation_fraction=held_out / images, **settings)
    except ConfigError as error:
        return str(error), None


def _plan_baselines(
    runs: list[TrainingConfig],
) -> tuple[list[TrainingConfig], CostEstimate | None]:
    """Return the runs to repeat that the form would not refuse, and the estimated cost of each."""
    baselines = list_missing_baselines(runs)
    if not baselines:
        return [], None
    cost = estimate_training(baselines[0], get_store())
    return ([], None) if _find_network_problem(baselines[0], cost) else (baselines, cost)


def _find_seeds_problem(seed: int, repeats: int | float) -> str:
    """Return why a run cannot be repeated with so many seeds from the first one on, or ""."""
    if repeats not in range(1, MAX_REPEATS + 1):
        return _(
            "The number of seeds must be a whole number from 1 to {most}, not {repeats:,}.",
            most=MAX_REPEATS,
            repeats=repeats,
        )
    largest = MAX_SEED - int(repeats) + 1
    if seed > largest:
        return _(
            "The last of {repeats} seeds from {seed} on would be {last}; the highest possible seed "
            "is {highest}. Choose a seed of at most {largest}, or fewer seeds.",
            repeats=repeats,
            seed=seed,
            last=seed + int(repeats) - 1,
            highest=MAX_SEED,
            largest=largest,
        )
    return ""


def _find_network_problem(config: TrainingConfig, cost: CostEstimate | None) -> str:
    """Return why a possible network cannot be trained with these settings, or ""."""
    problem = find_batch_problem(plan_network(find_design(config)), config.batch_size)
    if problem:
        return problem
    if config.model == OWN and cost is not None and cost.seconds > MAX_OWN_SECONDS:
        duration, most = format_duration(cost.seconds), format_duration(MAX_OWN_SECONDS)
        return _(
            "This training would take about {duration} on this machine; at most {most} are "
            "allowed. Choose fewer epochs or filters, or pool earlier.",
            duration=duration,
            most=most,
        )
    return ""
