"""The settings of a run as text, and in which of them two runs differ."""

from __future__ import annotations

from mnist_core.config import TrainingConfig
from mnist_core.messages import message
from mnist_core.network_design import NetworkDesign
from ui.formatting import format_percent
from ui.language import _, localize
from ui.training.setting_labels import CHANGES, OPTIMIZERS, SCHEDULES, name_network

NETWORK, SEED = message("Network"), message("Seed")


def describe_settings(config: TrainingConfig) -> dict[str, str]:
    """Return all settings by their labels."""
    changes = [
        localize(label)
        for change, (label, _help) in CHANGES.items()
        if getattr(config.augmentation, change)
    ]
    network = name_network(config.model)
    if config.design is not None:
        network = f"{network}: {_describe_layers(config.design)}"
    return {
        localize(NETWORK): network,
        _("Epochs"): str(config.epochs),
        _("Batch size"): str(config.batch_size),
        _("Learning rate"): f"{config.learning_rate:g}",
        _("Optimizer"): localize(OPTIMIZERS[config.optimizer]),
        _("Schedule"): localize(SCHEDULES[config.schedule]),
        _("Label smoothing"): f"{config.label_smoothing:g}",
        _("Validation fraction"): format_percent(config.validation_fraction),
        _("Early stopping"): _("Off")
        if config.patience is None
        else _("Patience {patience}", patience=config.patience),
        localize(SEED): str(config.seed),
        _("Augmentation"): "; ".join(changes) or _("None"),
    }


def find_differences(
    first: TrainingConfig, second: TrainingConfig, with_seed: bool = True
) -> dict[str, tuple[str, str]]:
    """Return the settings in which two runs differ, by label: the first run's and the second's."""
    before, after = describe_settings(first), describe_settings(second)
    return {
        label: (before[label], after[label])
        for label in before
        if before[label] != after[label] and (with_seed or label != localize(SEED))
    }


def format_differences(differences: dict[str, tuple[str, str]]) -> str:
    """Return in which settings two runs differ as a sentence."""
    if not differences:
        return _("These runs have the same settings.")
    if len(differences) == 1:
        ((label, (before, after)),) = differences.items()
        return _(
            "These runs differ in one setting. {label}: {before} and {after}.",
            label=label,
            before=before,
            after=after,
        )
    labels = ", ".join(differences)
    return _(
        "These runs differ in {count} settings: {labels}.", count=len(differences), labels=labels
    )


def _describe_layers(design: NetworkDesign) -> str:
    from mnist_core.training.design_link import to_link

    return to_link(design)
