"""What the settings of a training are called."""

CHANGES = {
    "affine": ("Turn, shift and scale", "Small rotations, shears, scalings and shifts."),
    "elastic": ("Bend", "Smooth local distortions, as by an unsteady hand."),
    "thickness": ("Thicken and thin", "Strokes of another pen."),
    "style": (
        "Other styles",
        "Digits as others write them in the place of some: a slashed 0, a 1 with a foot.",
    ),
}
OPTIMIZERS = {"sgd": "SGD", "adam": "Adam", "adamw": "AdamW"}
SCHEDULES = {"constant": "Constant", "one-cycle": "One cycle"}


def name_network(key: str) -> str:
    """Return a network's name as people read it."""
    return key.replace("-", " ").capitalize()
