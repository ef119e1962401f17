"""The label, icon and color of a run's status."""

from typing import NamedTuple

from mnist_core.messages import message
from mnist_core.runs.snapshot import RunSnapshot, Status


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


LEARNED_NOTHING = Badge(message("Learned nothing"), ":material/warning:", "orange")
BADGES: dict[Status, Badge] = {
    "queued": Badge(message("Queued"), ":material/hourglass_empty:", "gray"),
    "running": Badge(message("In training"), ":material/model_training:", "blue"),
    "stopping": Badge(message("Stopping"), ":material/stop_circle:", "orange"),
    "finished": Badge(message("Finished"), ":material/check:", "green"),
    "stopped": Badge(message("Stopped"), ":material/stop_circle:", "orange"),
    "failed": Badge(message("Failed"), ":material/error:", "red"),
    "interrupted": Badge(message("Interrupted"), ":material/power_off:", "orange"),
    "damaged": Badge(message("Damaged"), ":material/broken_image:", "red"),
}


def get_badge(snapshot: RunSnapshot) -> Badge:
    """Return the badge of a run; a finished run that learned nothing has one of its own."""
    results = snapshot.results
    if snapshot.status == "finished" and results is not None and results.learned_nothing:
        return LEARNED_NOTHING
    return BADGES[snapshot.status]
