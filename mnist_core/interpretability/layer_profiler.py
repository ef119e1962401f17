"""The run time of each layer of a network, measured by ONNX Runtime's profiler."""

from __future__ import annotations

import json
import math
import re
import tempfile
from pathlib import Path

import numpy as np

from mnist_core.inference.classifier import Classifier

IMAGES = 100
REPEATS = 5
BATCH_VALUES = 21_000_000  # 84 MB, since the outputs of all layers are in memory at once


def measure_layers(classifier: Classifier, images: np.ndarray) -> dict[str, float]:
    """Measure the run time of each layer, in seconds per image, by layer name.

    The network is run on the images as one batch, on one core, several times. The shortest time
    of each layer counts, since other processes can only lengthen it. Steps that the runtime
    inserts between two layers count for the earlier one. A network whose layers have very many
    values is run on fewer images.

    Args:
        classifier: The network.
        images: (n, 28, 28) float32 in 0..1, about `IMAGES` of them.
    """
    names = [layer.name for layer in classifier.layers]
    values = sum(math.prod(layer.output_shape) for layer in classifier.layers)
    images = images[: max(1, BATCH_VALUES // values)]
    inputs = {"images": images[..., np.newaxis]}
    with tempfile.TemporaryDirectory() as folder:
        session = classifier.open_session(profile_prefix=str(Path(folder) / "profile"))
        for _ in range(REPEATS):
            session.run(names, inputs)
        events = json.loads(Path(session.end_profiling()).read_text())
    steps = sorted(
        (event["ts"], event["name"], event["dur"])
        for event in events
        if event["cat"] == "Node" and event["name"].endswith("_kernel_time")
    )
    length = len(steps) // REPEATS
    runs = [
        _add_up(steps[start : start + length], names)
        for start in range(0, REPEATS * length, length)
    ]
    return {name: min(each[name] for each in runs) / len(images) for name in names}


def _add_up(steps: list[tuple[int, str, int]], names: list[str]) -> dict[str, float]:
    """Return the seconds per layer of the steps of one run."""
    seconds = dict.fromkeys(names, 0.0)
    current = names[0]
    for _, step, microseconds in steps:
        current = _find_layer(step, names) or current
        seconds[current] += microseconds / 1e6
    return seconds


def _find_layer(step: str, names: list[str]) -> str | None:
    """Return the layer of a step, or None. `onnx_graph` puts its name before the first slash."""
    return next((name for name in names if re.search(rf"\b{re.escape(name)}/", step)), None)
