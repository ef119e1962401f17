"""The record of a finished training of the tutorial's network, which comes with the app."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from mnist_core.inference.classifier import PRETRAINED
from mnist_core.training.epochs import EpochResult, Progress
from mnist_core.training.fit_diagnosis import Results
from mnist_core.training.keras_evaluation import Performance

FILE = Path(__file__).parent / "data" / "record.json"
MODEL = PRETRAINED / "tutorial.onnx"


@dataclass(frozen=True)
class Record:
    """What a run recorded while it trained, and how good its network is.

    Attributes:
        untrained: The network before its training.
        epochs: The metrics of each epoch.
        batches: The metrics of the batches, averaged over parts of the epochs.
        results: The trained network on test and training images, without dropout.
    """

    untrained: Performance
    epochs: tuple[EpochResult, ...]
    batches: tuple[Progress, ...]
    results: Results


@cache
def read_record() -> Record:
    """Return the record.

    Examples:
        >>> record = read_record()
        >>> len(record.epochs), record.epochs[0].steps
        (10, 1718)
        >>> record.epochs[0].loss > record.epochs[0].validation_loss
        True
    """
    content = json.loads(FILE.read_text(encoding="utf-8"))
    return Record(
        untrained=Performance(**content["untrained"]),
        epochs=tuple(EpochResult(**each) for each in content["epochs"]),
        batches=tuple(Progress(**each) for each in content["batches"]),
        results=Results(**content["results"]),
    )
