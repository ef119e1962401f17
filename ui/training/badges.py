"""How the state of a run is told: by a word, an icon and a color."""

from typing import NamedTuple

from mnist_core.runs.snapshot import Status


class Badge(NamedTuple):
    """A status as people read it, with its icon and color as Streamlit names them."""

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
