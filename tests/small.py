"""A network and data so small that an epoch takes a moment, for tests that train.

Importing the module puts the network into the registry under the name "small".
"""

import struct
import time
from pathlib import Path

from mnist_core.config import TrainingConfig
from mnist_core.datasets.mnist import Mnist, Split, load_mnist
from mnist_core.jobs.cost_estimate import Measurement
from mnist_core.jobs.train_run import execute
from mnist_core.layer_designs import Conv2D, Flatten
from mnist_core.network_design import NetworkDesign
from mnist_core.runs.run import Run
from mnist_core.training.architectures import NETWORKS, RegisteredNetwork

# With batch normalization and without dropout.
SMALL = NetworkDesign((Conv2D(4, 5, strides=4, batch_normalization=True), Flatten()))
CHANGES = ("affine", "elastic", "thickness", "style")
MEASURED = Measurement(time.time(), 1, 1, 1, 1, dict.fromkeys(CHANGES, 0.0))
NETWORKS["small"] = RegisteredNetwork("For tests.", SMALL, TrainingConfig(model="small"))


def build_small():
    """Build the small network."""
    return NETWORKS["small"].build()


def configure(**settings) -> TrainingConfig:
    """Return settings for the small network."""
    return TrainingConfig(**{"model": "small", "epochs": 2, "batch_size": 32, **settings})


def load_few(train: int = 640, test: int = 64) -> Mnist:
    """Return the first images of both splits."""
    whole = load_mnist()
    return Mnist(
        Split(whole.train.images[:train], whole.train.labels[:train]),
        Split(whole.test.images[:test], whole.test.labels[:test]),
        "few",
    )


def write_few(folder: Path, train: int = 640, test: int = 64) -> None:
    """Write the first images of both splits as MNIST's own files, for `MNIST_DATA_DIR`."""
    few = load_few(train, test)
    for prefix, split in (("train", few.train), ("t10k", few.test)):
        count = len(split.labels)
        images = struct.pack(">4I", 2051, count, 28, 28) + split.images.tobytes()
        labels = struct.pack(">2I", 2049, count) + split.labels.tobytes()
        (folder / f"{prefix}-images-idx3-ubyte").write_bytes(images)
        (folder / f"{prefix}-labels-idx1-ubyte").write_bytes(labels)


def execute_in(folder: Path, train: int = 640) -> None:
    """Train the run of a folder, as a process of its own may do."""
    execute(Run(folder), load_few(train))
