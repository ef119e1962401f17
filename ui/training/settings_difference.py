"""The settings of a run as text, and in which of them two runs differ."""

from __future__ import annotations

from dataclasses import fields

from mnist_core.config import TrainingConfig
from mnist_core.layer_designs import LayerDesign, layer_to_dict
from ui.formatting import format_list, format_percent
from ui.language import _, localize
from ui.training.setting_labels import (
    CHANGES,
    OPTIMIZERS,
    SCHEDULES,
    name_network,
    name_setting,
)


def describe_settings(config: TrainingConfig) -> dict[str, str]:
    """Return the values of all settings in `SETTINGS`."""
    changes = [
        localize(label)
        for change, (label, _help) in CHANGES.items()
        if getattr(config.augmentation, change)
    ]
    network = name_network(config.model)
    if config.design is not None:
        network = f"{network}: {' → '.join(map(_describe_layer, config.design.layers))}"
    return {
        "network": network,
        "epochs": str(config.epochs),
        "batch_size": str(config.batch_size),
        "learning_rate": f"{config.learning_rate:g}",
        "optimizer": localize(OPTIMIZERS[config.optimizer]),
        "schedule": localize(SCHEDULES[config.schedule]),
        "label_smoothing": f"{config.label_smoothing:g}",
        "validation_fraction": format_percent(config.validation_fraction),
        "patience": _("Off")
        if config.patience is None
        else _("Patience {patience}", patience=config.patience),
        "seed": str(config.seed),
        "augmentation": "; ".join(changes) or _("None"),
    }


def find_differences(
    first: TrainingConfig, second: TrainingConfig, with_seed: bool = True
) -> dict[str, tuple[str, str]]:
    """Return the settings in which two runs differ: the first run's value and the second's."""
    before, after = describe_settings(first), describe_settings(second)
    return {
        setting: (before[setting], after[setting])
        for setting in before
        if before[setting] != after[setting] and (with_seed or setting != "seed")
    }


def format_differences(differences: dict[str, tuple[str, str]]) -> str:
    """Return in which settings two runs differ as a sentence."""
    if not differences:
        return _("These runs have the same settings.")
    if len(differences) == 1:
        ((setting, (before, after)),) = differences.items()
        return _(
            "These runs differ in one setting. {label}: {before} and {after}.",
            label=name_setting(setting),
            before=before,
            after=after,
        )
    return _(
        "These runs differ in {count} settings: {labels}.",
        count=len(differences),
        labels=list_labels(differences),
    )


def list_labels(differences: dict[str, tuple[str, str]]) -> str:
    """Return the names of the settings in which two runs differ, such as "Epochs and Seed"."""
    return format_list(map(name_setting, differences))


def _describe_layer(layer: LayerDesign) -> str:
    """Return a layer as in code, such as "Conv2D(16, kernel_size=5)": what is not the default."""
    given = [(field.name, getattr(layer, field.name), field.default) for field in fields(layer)]
    arguments = [repr(value) for _name, value, _default in given[:1]]
    arguments += [f"{name}={value!r}" for name, value, default in given[1:] if value != default]
    return f"{layer_to_dict(layer)['type']}({', '.join(arguments)})"
