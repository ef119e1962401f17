"""How long one answer takes, and what it costs to keep answering.

    python -m benchmarks.answers

Prints for every shipped model: its multiply-adds an image, the time for one image and for 10,000
(the median of three), the growth in memory over 20,000 calls, and whether ten threads get the right
answers while an eleventh loads another model.
"""

import os
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event

import numpy as np

from benchmarks.app import read_memory
from mnist_core.datasets.mnist import load_mnist
from mnist_core.inference.classifier import PRETRAINED, Classifier
from mnist_core.interpretability.layer_arithmetic import count_multiplications

CALLS = 20_000
THREADS = 10


def main() -> None:
    """Print a row a model."""
    images = load_mnist().test.images
    print(
        f"{'model':10} {'multiply-adds':>13} {'one image':>22} {'10,000 images':>14} "
        f"{'20,000 calls':>13} {'threads':>8}"
    )
    for path in sorted(PRETRAINED.glob("*.onnx")):
        classifier = Classifier.load(path)
        median, high = _time_one(classifier, images)
        seconds = _time_all(classifier, images)
        count = sum(count_multiplications(classifier, layer) for layer in classifier.layers)
        growth = _measure_growth(classifier, images)
        right = _answer_from_threads(classifier, images, path)
        print(
            f"{path.stem:10} {count / 1e6:11.2f} M {median:7.3f} ms, p95 {high:6.3f} "
            f"{seconds:12.2f} s "
            f"{growth:+10.1f} MB {'right' if right else 'WRONG':>8}"
        )


def _time_one(classifier: Classifier, images: np.ndarray) -> tuple[float, float]:
    """Return the median and the 95th percentile for one image, in milliseconds."""
    times = []
    for image in images[:2000]:
        started = time.perf_counter()
        classifier.probabilities(image[None])
        times.append(1000 * (time.perf_counter() - started))
    return float(np.median(times)), float(np.percentile(times, 95))


def _time_all(classifier: Classifier, images: np.ndarray) -> float:
    """Return the median time for all images of three tries, in seconds."""
    times = []
    for _ in range(3):
        started = time.perf_counter()
        classifier.probabilities(images)
        times.append(time.perf_counter() - started)
    return float(np.median(times))


def _measure_growth(classifier: Classifier, images: np.ndarray) -> float:
    """Return by how many MB the process's memory grew over 20,000 calls."""
    before = read_memory(os.getpid())
    for call in range(CALLS):
        image = images[call % len(images)]
        classifier.probabilities(image[None])
    return read_memory(os.getpid()) - before


def _answer_from_threads(classifier: Classifier, images: np.ndarray, path: Path) -> bool:
    """Whether ten threads get what one alone gets while models are loaded beside them."""
    expected = classifier.probabilities(images[:THREADS])
    done = Event()

    def answer(index: int) -> bool:
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
        right = all(pool.map(answer, range(THREADS)))
        done.set()
        loading.result()
    return right


if __name__ == "__main__":
    main()
