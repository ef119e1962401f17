"""Make the record of the tutorial's training, and the network that comes with the app, from a run.

    python -m mnist_core train --model tutorial
    python -m mnist_core.course.make_record RUN
    python -m mnist_core.runs.shipped_answers

The weights are rounded to bfloat16, so that the file compresses to less than half its size. The
network has no temperature: its probabilities are those that Keras computes.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, replace
from itertools import groupby

import numpy as np

from mnist_core.course.record import FILE, MODEL
from mnist_core.datasets.mnist import Mnist, Split, load_mnist
from mnist_core.evaluation.evaluation import evaluate
from mnist_core.files import write_atomically
from mnist_core.inference.classifier import PRETRAINED, Classifier
from mnist_core.inference.layer_rules import INPUT_SHAPE
from mnist_core.inference.network import Network
from mnist_core.runs.run import Run
from mnist_core.runs.store import open_store
from mnist_core.training.epochs import Progress
from mnist_core.training.fit_diagnosis import Results

PARTS = 20
"""Into how many parts the batches of an epoch are averaged."""

ACCURACIES = PRETRAINED / "test_accuracy.json"


def main() -> None:
    """Write the record and the network of a finished run."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("run", help="the id of the run")
    run, data = open_store().get(parser.parse_args().run), load_mnist()
    write_network(run)
    results = measure(Classifier.load(MODEL), data)
    untrained = run.read().untrained
    assert untrained is not None
    content = {
        "untrained": asdict(untrained),
        "epochs": [asdict(each) for each in run.read_epochs()],
        "batches": [asdict(each) for each in average_batches(run.read_batches())],
        "results": asdict(results),
    }
    with write_atomically(FILE) as temporary:
        temporary.write_text(json.dumps(content) + "\n", encoding="utf-8")
    accuracies = json.loads(ACCURACIES.read_text()) | {"tutorial": results.test_accuracy}
    with write_atomically(ACCURACIES) as temporary:
        temporary.write_text(json.dumps(accuracies, indent=2) + "\n", encoding="utf-8")


def write_network(run: Run) -> None:
    """Write the network of a run as the one that comes with the app."""
    trained = Classifier.load(run.model_path)
    weights = {name: round_weights(values) for name, values in trained.weights.items()}
    network = Network(trained.name, INPUT_SHAPE, trained.layers, weights)
    with write_atomically(MODEL) as temporary:
        temporary.write_bytes(network.to_onnx())


def round_weights(weights: np.ndarray) -> np.ndarray:
    """Return float32 numbers rounded to the nearest bfloat16.

    Examples:
        >>> round_weights(np.array([1.0, 0.1], np.float32)).tolist()
        [1.0, 0.10009765625]
    """
    bits = np.ascontiguousarray(weights, np.float32).view(np.uint32)
    return ((bits + np.uint32(0x8000)) & np.uint32(0xFFFF0000)).view(np.float32)


def average_batches(batches: Sequence[Progress]) -> Iterator[Progress]:
    """Yield progress reports averaged over parts of the epochs, weighted by their steps."""
    for _, group in groupby(batches, lambda report: (report.epoch, _find_part(report))):
        reports = list(group)
        weights = np.diff([report.step for report in reports], prepend=0)
        weights[0] = weights[1:].mean() if len(reports) > 1 else 1
        yield replace(
            reports[-1],
            loss=round(float(np.average([each.loss for each in reports], weights=weights)), 4),
            accuracy=round(
                float(np.average([each.accuracy for each in reports], weights=weights)), 4
            ),
            seconds=round(reports[-1].seconds, 1),
        )


def _find_part(report: Progress) -> int:
    return (report.step - 1) * PARTS // report.steps


def measure(classifier: Classifier, data: Mnist) -> Results:
    """Evaluate a network on the test images and on as many training images."""
    count = len(data.test.labels)
    training = evaluate(classifier, Split(data.train.images[:count], data.train.labels[:count]))
    test = evaluate(classifier, data.test)
    return Results(training.loss, training.accuracy, test.loss, test.accuracy)


if __name__ == "__main__":
    main()
