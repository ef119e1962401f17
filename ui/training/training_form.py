"""The form of the Train page: network, epochs, augmentation, settings and what they cost."""

from typing import Any

import numpy as np
import streamlit as st

from mnist_core.config import Augmentation, ConfigError, TrainingConfig
from mnist_core.jobs.cost_estimate import estimate_cost, load_measurements
from mnist_core.synthesis.augmentation import augment
from mnist_core.training.architectures import NETWORKS
from ui.formatting import format_count, format_duration
from ui.images import compose_sheet, encode_png
from ui.layout import show_error
from ui.resources import get_data, get_store
from ui.training.run_start import (
    QUICK_BUTTON,
    START_BUTTON,
    ignore_double_clicks,
    make_button_key,
)
from ui.training.setting_labels import CHANGES, OPTIMIZERS, SCHEDULES, name_network

EXAMPLES = 8
QUICK = "swift"
AUGMENTATION_WIDTH, SETTINGS_WIDTH = 570, 410  # so that they end where the page does


def show_form(prominent: bool) -> TrainingConfig | None:
    """Show the settings of a training, the buttons that start it, and its estimated time.

    Args:
        prominent: Whether the button has the accent color.

    Returns:
        The configuration once the button is pressed, None otherwise.
    """
    with st.container(horizontal=True, vertical_alignment="bottom"):
        name = st.selectbox(
            "Network",
            NETWORKS,
            format_func=name_network,
            help="  \n".join(
                f"**{name_network(key)}**: {network.summary}" for key, network in NETWORKS.items()
            ),
            width=200,
            key="train_network",
            persist_state="session",
        )
        defaults = NETWORKS[name].defaults
        epochs = st.number_input(
            "Epochs",
            value=defaults.epochs,
            help="How many times the network sees every training image.",
            width=140,
            key=f"train_epochs_{name}",
            persist_state="session",
        )
        with (
            st.popover("Augmentation", icon=":material/auto_awesome_motion:"),
            st.container(width=AUGMENTATION_WIDTH),
        ):
            augmentation = _choose_augmentation(name, defaults.augmentation)
        with (
            st.popover("Settings", icon=":material/tune:"),
            st.container(width=SETTINGS_WIDTH),
        ):
            settings = _choose_settings(name, defaults)
        problem, config = _make_config(
            model=name, epochs=int(epochs), augmentation=augmentation, **settings
        )
        pressed = st.button(
            "Train",
            type="primary" if prominent else "secondary",
            icon=":material/play_arrow:",
            width="stretch",
            disabled=config is None,
            key=make_button_key(START_BUTTON),
        )
    with st.container(horizontal=True, vertical_alignment="center"):
        if config is None:
            show_error(problem)
        else:
            _show_cost(config)
        quick = st.button(
            "99 % in seconds",
            type="tertiary",
            icon=":material/bolt:",
            help="Trains the smallest network for one epoch, whatever is chosen above. It "
            "classifies 99 % of the test images correctly.",
            key=make_button_key(QUICK_BUTTON),
        )
    ignore_double_clicks()
    if quick:
        return NETWORKS[QUICK].defaults
    return config if pressed else None


def _make_config(held_out: int, **settings: Any) -> tuple[str, TrainingConfig | None]:
    """Return an error message, or "", and the configuration, or None.

    The fields themselves have no bounds: Streamlit does not send a value outside its field's
    bounds, and training would silently use the last valid one.
    """
    images = len(get_data().train.labels)
    highest = images // 2
    if not 0 <= held_out <= highest:
        return (
            f"The number of validation images must be a whole number from 0 to {highest:,}, not "
            f"{held_out:,}.",
            None,
        )
    try:
        return "", TrainingConfig(validation_fraction=held_out / images, **settings)
    except ConfigError as error:
        return str(error), None


def _choose_augmentation(name: str, defaults: Augmentation) -> Augmentation:
    st.caption(
        "Augmentation changes the training images a little, differently in each epoch, so that the "
        "network sees more variation than the data has. In runs of four or more epochs it is "
        "weakened over the last quarter."
    )
    chosen = {
        change: st.toggle(
            label,
            value=getattr(defaults, change),
            help=explanation,
            key=f"train_augmentation_{change}_{name}",
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
    st.caption("First row: original training images. Below: examples of what the network sees.")
    return augmentation


def _choose_settings(name: str, defaults: TrainingConfig) -> dict[str, Any]:
    st.caption("The defaults are the settings that this network was designed with.")
    left, right = st.columns(2)
    with left:
        batch_size = st.number_input(
            "Batch size",
            value=defaults.batch_size,
            help="The number of images per gradient step.",
            key=f"train_batch_size_{name}",
            persist_state="session",
        )
        optimizer = st.selectbox(
            "Optimizer",
            list(OPTIMIZERS),
            list(OPTIMIZERS).index(defaults.optimizer),
            format_func=OPTIMIZERS.__getitem__,
            help="SGD follows the gradient; Adam scales each weight's step by its history; AdamW "
            "also pulls the weights toward 0 (weight decay).",
            key=f"train_optimizer_{name}",
            persist_state="session",
        )
        seed = st.number_input(
            "Seed",
            value=defaults.seed,
            help="Starts the random numbers. The same seed gives the same initial weights, order "
            "of images and dropout (units that are randomly switched off while training).",
            key=f"train_seed_{name}",
            persist_state="session",
        )
    with right:
        learning_rate = st.number_input(
            "Learning rate",
            value=float(defaults.learning_rate),
            step=0.001,
            format="%g",
            help="The size of each gradient step; with the one-cycle schedule, its peak.",
            key=f"train_learning_rate_{name}",
            persist_state="session",
        )
        schedule = st.selectbox(
            "Schedule",
            list(SCHEDULES),
            list(SCHEDULES).index(defaults.schedule),
            format_func=SCHEDULES.__getitem__,
            help="How the learning rate changes. One cycle: it rises, then falls to 0.",
            key=f"train_schedule_{name}",
            persist_state="session",
        )
        smoothing = st.number_input(
            "Label smoothing",
            value=float(defaults.label_smoothing),
            step=0.05,
            help="Keeps the network from being overconfident: this fraction of each label is "
            "spread over all ten digits.",
            key=f"train_label_smoothing_{name}",
            persist_state="session",
        )
    held_out = st.number_input(
        "Validation images",
        value=round(len(get_data().train.labels) * defaults.validation_fraction),
        step=1000,
        help="Training images that are set aside to measure the accuracy on new digits after each "
        "epoch.",
        key=f"train_held_out_{name}",
        persist_state="session",
    )
    return {
        "batch_size": int(batch_size),
        "learning_rate": float(learning_rate),
        "optimizer": optimizer,
        "schedule": schedule,
        "label_smoothing": float(smoothing),
        "held_out": int(held_out),
        "seed": int(seed),
    }


def _show_cost(config: TrainingConfig) -> None:
    measurement = load_measurements(get_store().folder).get(config.model)
    if measurement is None:
        st.caption(
            ":material/schedule: How long this takes is being measured on this machine; the "
            "estimate will appear here soon. You can start training without it."
        )
        return
    cost = estimate_cost(config, measurement, len(get_data().train.labels))
    epochs = format_count(config.epochs, "epoch")
    images = format_count(config.batch_size, "image")
    duration = format_duration(cost.seconds)
    st.caption(
        f":material/schedule: {cost.parameters:,} parameters, {epochs} of {cost.steps:,} steps "
        f"with {images} each: about {duration} on this machine."
    )
