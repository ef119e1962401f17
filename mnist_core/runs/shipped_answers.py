"""Write the shipped models' predictions for the test images, which come with the package.

    python -m mnist_core.runs.shipped_answers

To be run after a shipped model was replaced, so that the first visit of a page computes nothing.
"""

import argparse

from mnist_core.array_cache import save_arrays
from mnist_core.datasets.mnist import load_mnist
from mnist_core.inference.classifier import PRETRAINED
from mnist_core.runs.model_registry import SHIPPED
from mnist_core.runs.trained_model import TrainedModel


def main() -> None:
    """Evaluate each shipped model and write the result beside its file."""
    argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    ).parse_args()
    for name in SHIPPED:
        path = PRETRAINED / f"{name}.onnx"
        cache = path.with_suffix(".npz")
        cache.unlink(missing_ok=True)
        evaluation = TrainedModel(id=name, title=name, path=path).evaluate(load_mnist().test)
        arrays = {"labels": evaluation.labels, "probabilities": evaluation.probabilities}
        save_arrays(cache, evaluation.digest, arrays)


if __name__ == "__main__":
    main()
