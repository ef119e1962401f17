"""Draw a digit and understand the network that reads it: the core, free of any screen.

Importing the package is light; TensorFlow is imported where a network is built or trained.
"""

from mnist_core.config import Augmentation, TrainingConfig
from mnist_core.datasets.mnist import load_mnist
from mnist_core.errors import MnistError
from mnist_core.evaluation.evaluation import evaluate
from mnist_core.inference.classifier import Classifier
from mnist_core.inference.number_reader import read_number
from mnist_core.preprocessing.drawing import prepare_drawing
from mnist_core.preprocessing.image_file import read_image
from mnist_core.preprocessing.photo import prepare_image
from mnist_core.training.trainer import train

__version__ = "0.1.0"

__all__ = [
    "Augmentation",
    "Classifier",
    "MnistError",
    "TrainingConfig",
    "evaluate",
    "load_mnist",
    "prepare_drawing",
    "prepare_image",
    "read_image",
    "read_number",
    "train",
]
