"""Networks, their training, and the conversion of Keras models.

`architectures` lists the networks by name, `trainer` trains one, and `fit_diagnosis` diagnoses
overfitting. `model_conversion` converts `.keras` files in a separate process, `onnx_export` writes
trained networks as ONNX, and `train_ood` and `train_line_reader` train the auxiliary networks.
Nothing here draws a page or stores runs; see `mnist_core.runs`. TensorFlow is imported only when a
network is built or trained.
"""

from mnist_core.training.architectures import (
    NETWORKS,
    RegisteredNetwork,
    UnknownNetworkError,
    get_network,
)
from mnist_core.training.epochs import EpochResult, Progress, StopTraining, TrainingResult
from mnist_core.training.fit_diagnosis import FitDiagnosis, Results, diagnose_fit
from mnist_core.training.keras_evaluation import Performance, predict
from mnist_core.training.model_conversion import convert
from mnist_core.training.trainer import split_validation, train

__all__ = [
    "NETWORKS",
    "EpochResult",
    "FitDiagnosis",
    "Performance",
    "Progress",
    "RegisteredNetwork",
    "Results",
    "StopTraining",
    "TrainingResult",
    "UnknownNetworkError",
    "convert",
    "diagnose_fit",
    "get_network",
    "predict",
    "split_validation",
    "train",
]
