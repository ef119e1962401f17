"""Labels and explanations of the training settings."""

from mnist_core.config import OWN

CHANGES = {
    "affine": ("Turn, shift and scale", "Small rotations, shears, scalings and shifts."),
    "elastic": ("Bend", "Smooth local (elastic) distortions, as by an unsteady hand."),
    "thickness": ("Thicken and thin", "Thicker or thinner strokes, as by another pen."),
    "style": (
        "Other styles",
        "Replaces some digits with other ways of writing them, such as a slashed 0.",
    ),
}
OPTIMIZERS = {"sgd": "SGD", "adam": "Adam", "adamw": "AdamW"}
SCHEDULES = {"constant": "Constant", "one-cycle": "One cycle"}


def name_network(key: str) -> str:
    """Return a network's name as it is displayed, such as "Compact"."""
    if key == OWN:
        return "Your own"
    return key.replace("-", " ").capitalize()
