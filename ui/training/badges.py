"""The label, icon and color of each run status."""

from typing import NamedTuple

from mnist_core.runs.snapshot import Status


class Badge(NamedTuple):
    """How a status is displayed.

    Attributes:
        label: The word that people read.
        icon: The icon, as Streamlit names it.
        color: The color, as Streamlit names it.
    """

    label: str
    icon: str
    color: str


BADGES: dict[Status, Badge] = {
    "queued": Badge("Queued", ":material/hourglass_empty:", "gray"),
    "running": Badge("Training", ":material/model_training:", "blue"),
    "stopping": Badge("Stopping", ":material/stop_circle:", "orange"),
    "finished": Badge("Finished", ":material/check:", "green"),
    "stopped": Badge("Stopped", ":material/stop_circle:", "orange"),
    "failed": Badge("Failed", ":material/error:", "red"),
    "interrupted": Badge("Interrupted", ":material/power_off:", "orange"),
    "damaged": Badge("Damaged", ":material/broken_image:", "red"),
}
