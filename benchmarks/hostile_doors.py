"""The process in which hostile files are tried; `benchmarks.hostile` starts and watches it.

It reads a request per line from its standard input and answers each with a line of JSON. Meanwhile
a thread classifies a drawing again and again, as the app does for other visitors.
"""

from __future__ import annotations

import json
import os
import sys
import threading
import time
import traceback
from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np

from mnist_core.datasets.mnist import Split, load_mnist
from mnist_core.errors import MnistError
from mnist_core.inference.classifier import Classifier
from mnist_core.preprocessing.drawing import prepare_drawing
from mnist_core.preprocessing.image_file import read_image
from mnist_core.preprocessing.photo import prepare_image
from mnist_core.preprocessing.pixel_table_reader import read_table
from mnist_core.runs.model_registry import get_model, list_models, load_file
from mnist_core.runs.store import RunStore

Door = Callable[[Path, str, RunStore], None]
EVALUATED = 50
PAUSE_SECONDS = 0.05


def serve(runs: Path) -> None:
    """Answer requests until the standard input ends.

    Args:
        runs: The folder of the runs.
    """
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # what a library prints is not an answer
    visitor = _Visitor()
    visitor.start()
    print("ready", file=answers, flush=True)
    for line in sys.stdin:
        door, path, name = json.loads(line)
        visitor.slowest = 0.0
        answer = _try_door(DOORS[door], Path(path), name, RunStore(runs))
        print(json.dumps([*answer, visitor.slowest]), file=answers, flush=True)


def _try_door(door: Door, path: Path, name: str, store: RunStore) -> tuple[str, str]:
    try:
        door(path, name, store)
    except MnistError as error:
        return "refused", str(error)
    except BaseException:
        return "fault", traceback.format_exc()
    return "accepted", ""


class _Visitor(threading.Thread):
    """Classifies a drawing again and again.

    Attributes:
        slowest: The seconds that the slowest prediction took.
    """

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self.slowest = 0.0
        self._classifier = Classifier.load()
        self._canvas = np.zeros((336, 336), np.uint8)
        self._canvas[80:260, 150:175] = 255

    def run(self) -> None:
        while True:
            start = time.monotonic()
            image = prepare_drawing(self._canvas)
            assert image is not None
            self._classifier.probabilities(image[np.newaxis])
            self.slowest = max(self.slowest, time.monotonic() - start)
            time.sleep(PAUSE_SECONDS)


def _read_model(path: Path, name: str, store: RunStore) -> None:
    model = load_file(store, name, path.read_bytes())
    found = get_model(store, model.id)
    found.title.encode()
    images = load_mnist().test.images[:EVALUATED]
    found.load().probabilities(images)
    found.load().activations(images[0])


def _read_picture(path: Path, name: str, store: RunStore) -> None:
    prepare_image(read_image(path.read_bytes()))


def _read_table(path: Path, name: str, store: RunStore) -> None:
    table = read_table(path.read_bytes(), name)
    table.label(0)
    image = table.image(0)
    if image.shape != (28, 28) or not (0 <= image.min() <= image.max() <= 1):
        raise ValueError(f"an image of shape {image.shape} with values outside of 0..1")


def _read_runs(path: Path, name: str, store: RunStore) -> None:
    """Read all runs as the pages do. The sound one beside the hostile one must be listed."""
    snapshots = store.list()
    if name not in {each.id for each in snapshots if each.status == "finished"}:
        raise ValueError("the sound run is not listed any more")
    split = load_mnist().test
    few = Split(split.images[:EVALUATED], split.labels[:EVALUATED])
    refusals: list[MnistError] = []
    for each in snapshots:
        for text in (each.id, each.name, each.reason or "", str(each.config_error or "")):
            text.encode()
        if each.config_error is not None:
            refusals.append(each.config_error)
        each.run.read_epochs()
        each.run.read_batches()
        each.run.read_drawing()
    store.queue()
    for model in list_models(store):
        epochs = model.earlier_epochs[:3]
        for wanted in [model.id, *(f"{model.id}@{epoch}" for epoch in epochs)]:
            try:
                get_model(store, wanted).evaluate(few)
            except MnistError as error:
                refusals.append(error)
    if refusals:
        raise refusals[0]


DOORS: Mapping[str, Door] = {
    "onnx": _read_model,
    "keras": _read_model,
    "picture": _read_picture,
    "table": _read_table,
    "run": _read_runs,
}
