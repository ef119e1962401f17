"""The time that each layer of a network takes, measured by ONNX Runtime's profiler."""

from __future__ import annotations

import json
import re
import tempfile
from pathlib import Path

import numpy as np

from mnist_core.inference.classifier import Classifier
from mnist_core.inference.onnx_model import open_session

IMAGES = 100
REPEATS = 5


def measure_layers(classifier: Classifier, images: np.ndarray) -> dict[str, float]:
    """Return the time of each layer, in seconds per image, by layer name.

    The images go through the network together on one core, several times, and each layer's
    quickest time counts: what else the machine does only ever adds. What the runtime inserts
    between two layers is counted to the earlier one.

    Args:
        classifier: The network.
        images: (n, 28, 28) float32 in 0..1, about `IMAGES` of them.
    """
    names = [layer.name for layer in classifier.layers]
    inputs = {"images": images[..., np.newaxis]}
    with tempfile.TemporaryDirectory() as folder:
        session = open_session(classifier.path, profile_prefix=str(Path(folder) / "profile"))
        for _ in range(REPEATS):
            session.run(names, inputs)
        events = json.loads(Path(session.end_profiling()).read_text())
    steps = sorted(
        (event["ts"], event["name"], event["dur"])
        for event in events
        if event["cat"] == "Node" and event["name"].endswith("_kernel_time")
    )
    length = len(steps) // REPEATS
    rounds = [
        _add_up(steps[start : start + length], names)
        for start in range(0, REPEATS * length, length)
    ]
    return {name: min(each[name] for each in rounds) / len(images) for name in names}


def _add_up(steps: list[tuple[int, str, int]], names: list[str]) -> dict[str, float]:
    """Return the seconds that one round of steps took in each layer."""
    seconds = dict.fromkeys(names, 0.0)
    current = names[0]
    for _, step, microseconds in steps:
        current = _find_layer(step, names) or current
        seconds[current] += microseconds / 1e6
    return seconds


def _find_layer(step: str, names: list[str]) -> str | None:
    """Return the layer of a step; the exporter puts its name before the first slash.

    The name may bear a number more, which may also be another layer's own.
    """
    for ending in ("/", r"_\d+/"):
        for name in names:
            if re.search(rf"\b{re.escape(name)}{ending}", step):
                return name
    return None
