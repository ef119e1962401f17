"""What teaching gains for hands that a network reads poorly and for others, and what MNIST loses.

    python -m benchmarks.teaching [--method instant] [--hands 12] [--base MODEL] [--test]

The hands are those of `benchmarks.hands`: writers of the pen digits, and simulated ones. The first
20 or 50 drawings of each are taught, the others read. A hand is weak if the network reads less than
97 % of it. Hands of which it reads less than 88 % are left out, as no person writes like that.
MNIST's accuracy is that on the last 2,500 training images, which no network of the app was trained
on, or with --test on the test images. The thorough method limits what it forgets by 2,000 of the
2,500, so only the test images are new to it.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from benchmarks.hands import Hand, read_pen_hands, simulate_marked, simulate_written
from benchmarks.report import describe_machine, format_percent, print_table
from mnist_core.datasets.mnist import Mnist, Split, load_mnist
from mnist_core.inference.classifier import Classifier
from mnist_core.runs.model_registry import get_model
from mnist_core.runs.store import open_store
from mnist_core.teaching import Method, teach

TAUGHT = (20, 50)
LEAST_READ = 40  # drawings that remain to be read
WEAK, ABSURD = 0.97, 0.88
HELD_OUT = 2_500


@dataclass(frozen=True)
class Outcome:
    """What teaching a hand gave.

    Attributes:
        before: The accuracy on the drawings that were not taught, before, 0..1.
        after: The same after.
        mnist: The accuracy on MNIST after, 0..1.
        seconds: How long the teaching took.
    """

    before: float
    after: float
    mnist: float
    seconds: float


def main() -> None:
    """Measure one method and print a table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--method", choices=["instant", "thorough"], default="instant")
    parser.add_argument("--hands", type=int, default=12, help="hands of each kind (default: 12)")
    parser.add_argument("--base", default="accurate", help="the model to teach")
    parser.add_argument("--test", action="store_true", help="read MNIST's test images")
    options = parser.parse_args()
    data, base = load_mnist(), get_model(open_store(), options.base).load()
    mnist = data.test if options.test else _last(data, HELD_OUT)
    print(describe_machine())
    print(f"{base.name} reads {format_percent(_accuracy(base, mnist))} of MNIST")
    weak, strong = _sort_hands(base, data, options.hands)
    rows = []
    # The first call computes MNIST's features, or compiles.
    teach(weak[0].images[:1] / np.float32(255), weak[0].labels[:1], options.method, base)
    for name, hands in (("weak", weak), ("strong", strong)):
        for count in TAUGHT:
            outcomes = [_teach(hand, count, options.method, base, mnist) for hand in hands]
            if outcomes:
                rows.append(_describe(f"{name}, {count} taught", outcomes))
    print_table(("Hands", "number", "before", "after", "worst", "MNIST", "seconds"), rows)


def _sort_hands(base: Classifier, data: Mnist, count: int) -> tuple[list[Hand], list[Hand]]:
    """Return weak hands and strong ones, of each kind at most so many."""
    others = Split(
        data.train.images[-2 * HELD_OUT : -HELD_OUT], data.train.labels[-2 * HELD_OUT : -HELD_OUT]
    )
    weak, strong = [], []
    for kind in (read_pen_hands(), simulate_written(4 * count), simulate_marked(4 * count, others)):
        enough = [hand for hand in kind if len(hand.labels) >= max(TAUGHT) + LEAST_READ]
        read = [_accuracy(base, Split(hand.images, hand.labels)) for hand in enough]
        pairs = list(zip(enough, read, strict=True))
        weak += [hand for hand, accuracy in pairs if ABSURD <= accuracy < WEAK][:count]
        strong += [hand for hand, accuracy in pairs if accuracy >= WEAK][:count]
    return weak, strong


def _teach(hand: Hand, count: int, method: Method, base: Classifier, mnist: Split) -> Outcome:
    read = Split(hand.images[max(TAUGHT) :], hand.labels[max(TAUGHT) :])
    began = time.perf_counter()
    taught = teach(hand.images[:count] / np.float32(255), hand.labels[:count], method, base)
    seconds = time.perf_counter() - began
    return Outcome(
        _accuracy(base, read), _accuracy(taught, read), _accuracy(taught, mnist), seconds
    )


def _accuracy(classifier: Classifier, split: Split) -> float:
    return float((classifier.logits(split.images).argmax(axis=1) == split.labels).mean())


def _last(data: Mnist, count: int) -> Split:
    return Split(data.train.images[-count:], data.train.labels[-count:])


def _describe(name: str, outcomes: Sequence[Outcome]) -> tuple[str, ...]:
    before, after, mnist, seconds = (
        np.array([getattr(outcome, field) for outcome in outcomes])
        for field in ("before", "after", "mnist", "seconds")
    )
    return (
        name,
        str(len(outcomes)),
        format_percent(float(before.mean())),
        format_percent(float(after.mean())),
        f"{100 * float((after - before).min()):+.1f}",
        format_percent(float(mnist.mean())),
        f"{float(np.median(seconds)):.2f}",
    )


if __name__ == "__main__":
    main()
