"""Labels and explanations of the training settings."""

from mnist_core.config import OWN
from mnist_core.messages import message
from ui.language import _, localize

SETTINGS = {
    "network": message("Network"),
    "epochs": message("Epochs"),
    "batch_size": message("Batch size"),
    "learning_rate": message("Learning rate"),
    "optimizer": message("Optimizer"),
    "schedule": message("Schedule"),
    "label_smoothing": message("Label smoothing"),
    "validation_fraction": message("Validation fraction"),
    "patience": message("Early stopping"),
    "seed": message("Seed"),
    "augmentation": message("Augmentation"),
}
CHANGES = {
    "affine": (
        message("Turn, shift and scale"),
        message("Small rotations, shears, scalings and shifts."),
    ),
    "elastic": (
        message("Bend"),
        message("Smooth local (elastic) distortions, as by an unsteady hand."),
    ),
    "thickness": (
        message("Thicken and thin"),
        message("Thicker or thinner strokes, as by another pen."),
    ),
    "style": (
        message("Other styles"),
        message("Replaces some digits with other ways of writing them, such as a slashed 0."),
    ),
}
OPTIMIZERS = {"sgd": "SGD", "adam": "Adam", "adamw": "AdamW"}
SCHEDULES = {"constant": message("Constant"), "one-cycle": message("One cycle")}


def name_setting(setting: str) -> str:
    """Return the name of a setting in `SETTINGS` as it is displayed, such as "Batch size"."""
    return localize(SETTINGS[setting])


def name_network(key: str) -> str:
    """Return a network's name as it is displayed, such as "Compact"."""
    if key == OWN:
        return _("Your own")
    return key.replace("-", " ").capitalize()
