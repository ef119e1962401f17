"""The fields of the training settings, in the popovers of the form."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import plotly.graph_objects as go
import streamlit as st

from mnist_core.config import Augmentation, ConfigError, TrainingConfig
from mnist_core.synthesis.augmentation import augment
from mnist_core.training.learning_rate import list_learning_rates
from ui.components.chart import show_chart
from ui.formatting import get_percent_unit
from ui.images import compose_sheet, encode_png
from ui.language import _, localize, localize_each
from ui.resources import get_data
from ui.training.setting_keys import setting_key
from ui.training.setting_labels import CHANGES, OPTIMIZERS, SCHEDULES

EXAMPLES = 8
MAX_REPEATS = 10
PLOTTED_STEPS = 200
LINE = "#c2571a"


def choose_augmentation(name: str, defaults: Augmentation) -> Augmentation:
    """Show the switches of the augmentation with examples, and return what is chosen.

    Args:
        name: The network, each of which has choices of its own.
        defaults: What is switched on at first.
    """
    st.caption(
        _(
            "Augmentation changes the training images a little, differently in each epoch, so "
            "that the network sees more variation than the data has. In runs of four or more "
            "epochs it is weakened over the last quarter."
        )
    )
    chosen = {
        change: st.toggle(
            localize(label),
            value=getattr(defaults, change),
            help=localize(explanation),
            key=setting_key(f"augmentation_{change}", name),
            persist_state="session",
        )
        for change, (label, explanation) in CHANGES.items()
    }
    augmentation = Augmentation(**chosen)
    originals = get_data().train
    images, labels = originals.images[:EXAMPLES], originals.labels[:EXAMPLES]
    rows = [images]
    rows += [augment(images, labels, augmentation, np.random.default_rng(seed)) for seed in (0, 1)]
    sheet = compose_sheet(np.concatenate(rows), columns=EXAMPLES, scale=2)
    st.image(encode_png(sheet), width="stretch")
    st.caption(_("First row: original training images. Below: examples of what the network sees."))
    return augmentation


def choose_settings(name: str, defaults: TrainingConfig) -> dict[str, Any]:
    """Show the fields of the other settings and return their values, which may be impossible.

    Args:
        name: The network, each of which has choices of its own.
        defaults: The values at first.
    """
    st.caption(_("The defaults are the settings that this network was designed with."))
    left, right = st.columns(2)
    with left:
        batch_size = enter_whole_number(
            _("Batch size"),
            defaults.batch_size,
            help=_("The number of images per gradient step."),
            key=setting_key("batch_size", name),
            persist_state="session",
        )
        optimizer = _choose(
            _("Optimizer"),
            OPTIMIZERS,
            defaults.optimizer,
            help=_(
                "SGD follows the gradient; Adam scales each weight's step by its history; AdamW "
                "also pulls the weights toward 0 (weight decay)."
            ),
            key=setting_key("optimizer", name),
        )
        seed = enter_whole_number(
            _("Seed"),
            defaults.seed,
            help=_(
                "Starts the random numbers. The same seed gives the same initial weights, order "
                "of images and dropout (units that are randomly switched off while training)."
            ),
            key=setting_key("seed", name),
            persist_state="session",
        )
    with right:
        learning_rate = st.number_input(
            _("Learning rate"),
            value=float(defaults.learning_rate),
            step=0.001,
            format="%g",
            help=_("The size of each gradient step; with the one-cycle schedule, its peak."),
            key=setting_key("learning_rate", name),
            persist_state="session",
        )
        schedule = _choose(
            _("Schedule"),
            SCHEDULES,
            defaults.schedule,
            help=_("How the learning rate changes. One cycle: it rises, then falls to 0."),
            key=setting_key("schedule", name),
        )
        smoothing = st.number_input(
            _("Label smoothing"),
            value=float(defaults.label_smoothing),
            step=0.05,
            help=_(
                "Keeps the network from being overconfident: this fraction of each label is "
                "spread over all ten digits."
            ),
            key=setting_key("label_smoothing", name),
            persist_state="session",
        )
    _show_schedule(schedule, learning_rate)
    held_out = enter_whole_number(
        _("Validation images"),
        round(len(get_data().train.labels) * defaults.validation_fraction),
        step=1000,
        help=_(
            "Training images that are set aside to measure the accuracy on new digits after each "
            "epoch."
        ),
        key=setting_key("held_out", name),
        persist_state="session",
    )
    left, right = st.columns(2)
    with left:
        patience = enter_whole_number(
            _("Early stopping"),
            defaults.patience or 0,
            help=_(
                "Ends the run after so many epochs without a lower validation loss and keeps the "
                "best weights. 0 switches it off."
            ),
            key=setting_key("patience", name),
            persist_state="session",
        )
    with right:
        repeats = enter_whole_number(
            _("Seeds"),
            1,
            help=_(
                "Trains the network so many times, each with the next seed, 1 to {most}. So you "
                "see by how much results differ by chance.",
                most=MAX_REPEATS,
            ),
            key=setting_key("repeats", name),
            persist_state="session",
        )
    return {
        "batch_size": batch_size,
        "learning_rate": float(learning_rate),
        "optimizer": optimizer,
        "schedule": schedule,
        "label_smoothing": float(smoothing),
        "held_out": held_out,
        "seed": seed,
        "patience": patience or None,
        "repeats": repeats,
    }


def enter_whole_number(label: str, value: int, step: int = 1, **options: Any) -> int | float:
    """Show a field for a whole number.

    Streamlit's own field for whole numbers turns "1e3" into 1 and "2.5" into 2. This one returns
    1000 and 2.5, which can be refused.

    Args:
        label: The label of the field.
        value: The default.
        step: By how much its buttons change it.
        options: Further arguments of `st.number_input`.
    """
    entered = st.number_input(label, value=float(value), step=float(step), format="%g", **options)
    return int(entered) if entered.is_integer() else entered


def _choose(label: str, labels: Mapping[str, str], value: str, **options: Any) -> str:
    """Show a list of choices, given with their labels, and return the chosen one."""
    choices = list(labels)
    return st.selectbox(
        label,
        choices,
        choices.index(value),
        format_func=localize_each(labels),
        persist_state="session",
        **options,
    )


def _show_schedule(schedule: str, peak: float) -> None:
    """Plot the learning rate over the run."""
    try:
        config = TrainingConfig(learning_rate=float(peak), schedule=schedule)  # type: ignore[arg-type]
    except ConfigError:
        return  # the form says why
    rates = list_learning_rates(config, PLOTTED_STEPS)
    figure = go.Figure(go.Scatter(x=np.linspace(0, 100, PLOTTED_STEPS), y=rates, mode="lines"))
    figure.update_traces(line={"color": LINE, "width": 2}, hovertemplate="%{y:.3g}<extra></extra>")
    figure.update_layout(
        height=130,
        margin={"l": 8, "r": 8, "t": 28, "b": 20},
        title={"text": _("Learning rate over the run"), "font": {"size": 13}, "x": 0},
    )
    figure.update_xaxes(ticksuffix=get_percent_unit(), nticks=5)
    figure.update_yaxes(rangemode="tozero", nticks=4, automargin=True)
    show_chart(figure, "train_schedule_plot")
