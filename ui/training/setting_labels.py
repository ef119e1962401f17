"""Labels and explanations of the training settings."""

from mnist_core.config import OWN
from mnist_core.messages import message
from ui.language import _

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


def name_network(key: str) -> str:
    """Return a network's name as it is displayed, such as "Compact"."""
    if key == OWN:
        return _("Your own")
    return key.replace("-", " ").capitalize()
