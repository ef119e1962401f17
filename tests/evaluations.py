"""The evaluations that are cached beside the files of models."""

from pathlib import Path

from mnist_core.array_cache import read_arrays
from mnist_core.evaluation.evaluation import Evaluation


def read_evaluation(path: Path) -> Evaluation:
    """Read what `TrainedModel.evaluate` cached."""
    digest, arrays = read_arrays(path)
    return Evaluation(arrays["labels"], arrays["probabilities"], digest)
