"""The settings of a run as text, and in which of them two runs differ."""

from __future__ import annotations

from mnist_core.config import TrainingConfig
from mnist_core.network_design import NetworkDesign
from ui.formatting import format_percent
from ui.training.setting_labels import CHANGES, OPTIMIZERS, SCHEDULES, name_network

NETWORK, SEED = "Network", "Seed"


def describe_settings(config: TrainingConfig) -> dict[str, str]:
    """Return all settings by their labels."""
    changes = [
        label for change, (label, _) in CHANGES.items() if getattr(config.augmentation, change)
    ]
    network = name_network(config.model)
    if config.design is not None:
        network = f"{network}: {_describe_layers(config.design)}"
    return {
        NETWORK: network,
        "Epochs": str(config.epochs),
        "Batch size": str(config.batch_size),
        "Learning rate": f"{config.learning_rate:g}",
        "Optimizer": OPTIMIZERS[config.optimizer],
        "Schedule": SCHEDULES[config.schedule],
        "Label smoothing": f"{config.label_smoothing:g}",
        "Validation fraction": format_percent(config.validation_fraction),
        "Early stopping": "Off" if config.patience is None else f"Patience {config.patience}",
        SEED: str(config.seed),
        "Augmentation": "; ".join(changes) or "None",
    }


def find_differences(
    first: TrainingConfig, second: TrainingConfig, with_seed: bool = True
) -> dict[str, tuple[str, str]]:
    """Return the settings in which two runs differ, by label: the first run's and the second's."""
    before, after = describe_settings(first), describe_settings(second)
    return {
        label: (before[label], after[label])
        for label in before
        if before[label] != after[label] and (with_seed or label != SEED)
    }


def format_differences(differences: dict[str, tuple[str, str]]) -> str:
    """Return in which settings two runs differ as a sentence."""
    if not differences:
        return "These runs have the same settings."
    if len(differences) == 1:
        ((label, (before, after)),) = differences.items()
        return f"These runs differ in one setting. {label}: {before} and {after}."
    labels = ", ".join(differences)
    return f"These runs differ in {len(differences)} settings: {labels}."


def _describe_layers(design: NetworkDesign) -> str:
    from mnist_core.training.design_link import to_link

    return to_link(design)
