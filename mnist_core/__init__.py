"""Draw digits, train small networks on MNIST, and see where and why they fail: the library.

Importing the package is light; TensorFlow is imported when a network is built or trained.

Examples:
    >>> from mnist_core import Classifier, load_mnist, prepare_drawing
    >>> canvas = load_mnist().test.images[0].repeat(10, axis=0).repeat(10, axis=1)
    >>> image = prepare_drawing(canvas)
    >>> int(Classifier.load().probabilities(image[None]).argmax())
    7
"""

import os

os.environ.setdefault("ORT_DISABLE_TELEMETRY", "1")  # read when ONNX Runtime is imported

from mnist_core.config import Augmentation, TrainingConfig
from mnist_core.datasets.mnist import load_mnist
from mnist_core.errors import MnistError
from mnist_core.evaluation.evaluation import evaluate
from mnist_core.inference.classifier import Classifier
from mnist_core.inference.number_reader import read_number
from mnist_core.inference.picture_reader import read_picture
from mnist_core.preprocessing.drawing import prepare_drawing
from mnist_core.preprocessing.image_file import read_image
from mnist_core.preprocessing.photo import prepare_image
from mnist_core.teaching.teach import teach
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
    "read_picture",
    "teach",
    "train",
]
