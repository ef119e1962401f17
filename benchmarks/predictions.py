"""The speed, the memory use and the thread safety of predictions.

    python -m benchmarks.predictions

Prints for every shipped model: its multiply-adds per image, the time for one image, the time for
10,000 images (the median of three) and its multiply-adds per second, the growth in memory over
20,000 calls, and whether ten threads get correct probabilities while an eleventh loads the model
again and again. Below them, how fast ONNX Runtime multiplies two large matrices in float32, which
is about the most that a network can reach.
"""

import argparse
import os
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event

import numpy as np
import onnxruntime
from onnx import TensorProto, helper

from benchmarks.app import read_memory
from benchmarks.report import format_delays, print_table
from mnist_core.datasets.mnist import load_mnist
from mnist_core.inference.classifier import PRETRAINED, Classifier
from mnist_core.inference.layer_rules import count_multiply_adds

CALLS = 20_000
THREADS = 10
MATRIX_SIDE = 2048


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
        seconds = _time_all_images(classifier, images)
        rows.append(
            [
                path.stem,
                f"{count / 1e6:.2f} M",
                format_delays(_time_single_images(classifier, images), decimals=3),
                f"{seconds:.2f} s",
                f"{len(images) * count / seconds / 1e9:.0f} G",
                f"{_measure_memory_growth(classifier, images):+.1f} MB",
                "correct" if _is_thread_safe(classifier, images, path) else "WRONG",
            ]
        )
    headings = ["model", "multiply-adds", "one image", "10,000 images", "per second"]
    print_table([*headings, "20,000 calls", "threads"], rows)
    product = _measure_matrix_product()
    print(f"\nONNX Runtime’s matrix product: {product / 1e9:.0f} G multiply-adds per second.")


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


def _measure_matrix_product() -> float:
    """Return the multiply-adds per second of a product of two matrices in float32."""
    values = [
        helper.make_tensor_value_info(name, TensorProto.FLOAT, [MATRIX_SIDE] * 2) for name in "abc"
    ]
    product = helper.make_node("MatMul", ["a", "b"], ["c"])
    graph = helper.make_graph([product], "product", values[:2], values[2:])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9)
    session = onnxruntime.InferenceSession(model.SerializeToString())
    matrix = np.random.default_rng(0).random((MATRIX_SIDE, MATRIX_SIDE), np.float32)
    times = []
    for _ in range(6):
        started = time.perf_counter()
        session.run(None, {"a": matrix, "b": matrix})
        times.append(time.perf_counter() - started)
    return MATRIX_SIDE**3 / float(np.median(times[1:]))


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
