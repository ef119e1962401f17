"""The MNIST dataset: loading, verified downloads, and statistics per digit.

`mnist` reads the four IDX files, which come with the package in `data/`. `download` fetches them
from public mirrors. `statistics` computes mean images and distances to them. Images stay uint8
here; `mnist_core.preprocessing.scaling` converts them for networks.
"""

from mnist_core.datasets.mnist import SIDE, DatasetError, Mnist, Split, load_mnist
from mnist_core.datasets.statistics import ClassMeans, compute_class_means

__all__ = [
    "SIDE",
    "ClassMeans",
    "DatasetError",
    "Mnist",
    "Split",
    "compute_class_means",
    "load_mnist",
]
