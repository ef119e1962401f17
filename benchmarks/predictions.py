"""The speed, the memory use and the thread safety of predictions.

    python -m benchmarks.predictions

Prints for every shipped model: its multiply-adds per image, the time for one image, the time for
10,000 images (the median of three), the growth in memory over 20,000 calls, and whether ten threads
get correct probabilities while an eleventh loads the model again and again.
"""

import argparse
import os
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event

import numpy as np

from benchmarks.app import read_memory
from benchmarks.report import format_delays, print_table
from mnist_core.datasets.mnist import load_mnist
from mnist_core.inference.classifier import PRETRAINED, Classifier
from mnist_core.inference.layer_rules import count_multiply_adds

CALLS = 20_000
THREADS = 10


def main() -> None:
    """Print one row per model."""
    argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    ).parse_args()
    images = load_mnist().test.images
    rows = []
    for path in sorted(PRETRAINED.glob("*.onnx")):
        classifier = Classifier.load(path)
        count = sum(count_multiply_adds(classifier.layers).values())
        rows.append(
            [
                path.stem,
                f"{count / 1e6:.2f} M",
                format_delays(_time_single_images(classifier, images), decimals=3),
                f"{_time_all_images(classifier, images):.2f} s",
                f"{_measure_memory_growth(classifier, images):+.1f} MB",
                "correct" if _is_thread_safe(classifier, images, path) else "WRONG",
            ]
        )
    headings = ["model", "multiply-adds", "one image", "10,000 images", "20,000 calls", "threads"]
    print_table(headings, rows)


def _time_single_images(classifier: Classifier, images: np.ndarray) -> list[float]:
    """Return the times for one image at a time, in milliseconds."""
    times = []
    for image in images[:2000]:
        started = time.perf_counter()
        classifier.probabilities(image[None])
        times.append(1000 * (time.perf_counter() - started))
    return times


def _time_all_images(classifier: Classifier, images: np.ndarray) -> float:
    """Return the time for all images at once, in seconds: the median of three measurements."""
    times = []
    for _ in range(3):
        started = time.perf_counter()
        classifier.probabilities(images)
        times.append(time.perf_counter() - started)
    return float(np.median(times))


def _measure_memory_growth(classifier: Classifier, images: np.ndarray) -> float:
    """Return by how many MB the memory of this process grows over 20,000 calls."""
    before = read_memory(os.getpid())
    for call in range(CALLS):
        image = images[call % len(images)]
        classifier.probabilities(image[None])
    return read_memory(os.getpid()) - before


def _is_thread_safe(classifier: Classifier, images: np.ndarray, path: Path) -> bool:
    """Return whether ten threads get the same probabilities as one, while the model is loaded."""
    expected = classifier.probabilities(images[:THREADS])
    done = Event()

    def is_correct(index: int) -> bool:
        image = images[index : index + 1]
        return all(
            np.allclose(classifier.probabilities(image)[0], expected[index], atol=1e-6)
            for _ in range(200)
        )

    def keep_loading() -> None:
        while not done.is_set():
            Classifier.load(path)

    with ThreadPoolExecutor(THREADS + 1) as pool:
        loading = pool.submit(keep_loading)
        correct = all(pool.map(is_correct, range(THREADS)))
        done.set()
        loading.result()
    return correct


if __name__ == "__main__":
    main()
