"""The networks that can be trained, by name.

A network is a function that builds an untrained Keras model from (28, 28, 1) float32 images in
0..1 to ten probabilities. Each ends in a Dense layer named "logits" and a Softmax layer named
"probabilities", which together are what is often written Dense(10, activation="softmax"); apart,
the logits can be looked at and the loss can be computed from them without rounding.

Keras is imported by the builders alone, so that listing the networks costs nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mnist_core.config import Augmentation, TrainingConfig
from mnist_core.errors import MnistError

if TYPE_CHECKING:
    import keras


class UnknownNetworkError(MnistError):
    """No network goes by the name that was asked for."""


@dataclass(frozen=True)
class Network:
    """A network's builder and the training settings it was made for."""

    summary: str
    build: Callable[[], keras.Model]
    defaults: TrainingConfig

    @property
    def name(self) -> str:
        """The name in the registry, as `TrainingConfig.model` has it."""
        return self.defaults.model


def build_tutorial() -> keras.Model:
    """Build the network of the well-known first tutorial: 2,561,738 parameters.

    input           28 × 28 × 1
    conv            26 × 26 × 32    32 filters 3 × 3, ReLU
    pool            25 × 25 × 32    2 × 2, strides 1 × 1, valid
    dropout         25 × 25 × 32    0.25
    flatten         20,000
    dense           128             ReLU
    logits          10
    probabilities   10
    """
    from keras import Input, Sequential, layers

    return Sequential(
        [
            Input((28, 28, 1), name="image"),
            layers.Conv2D(32, 3, activation="relu", name="conv"),
            layers.MaxPooling2D(2, strides=1, name="pool"),
            layers.Dropout(0.25, name="dropout"),
            layers.Flatten(name="flatten"),
            layers.Dense(128, activation="relu", name="dense"),
            layers.Dense(10, name="logits"),
            layers.Softmax(name="probabilities"),
        ],
        name="tutorial",
    )


def build_compact() -> keras.Model:
    """Build a small and quick network: 62,346 parameters.

    input           28 × 28 × 1
    conv1           14 × 14 × 16    16 filters 5 × 5, strides 2 × 2, same
    norm1, relu1    14 × 14 × 16
    conv2           14 × 14 × 32    32 filters 3 × 3, same
    norm2, relu2    14 × 14 × 32
    pool2            7 × 7 × 32     2 × 2
    conv3            5 × 5 × 64     64 filters 3 × 3, valid
    norm3, relu3     5 × 5 × 64
    pool3            2 × 2 × 64     2 × 2
    flatten         256
    dropout         256             0.2
    dense           144             ReLU
    logits          10
    probabilities   10

    Batch normalization averages over about ten steps (momentum 0.9), since runs are short.
    """
    from keras import Input, Sequential, layers

    return Sequential(
        [
            Input((28, 28, 1), name="image"),
            layers.Conv2D(16, 5, strides=2, padding="same", use_bias=False, name="conv1"),
            layers.BatchNormalization(momentum=0.9, name="norm1"),
            layers.ReLU(name="relu1"),
            layers.Conv2D(32, 3, padding="same", use_bias=False, name="conv2"),
            layers.BatchNormalization(momentum=0.9, name="norm2"),
            layers.ReLU(name="relu2"),
            layers.MaxPooling2D(2, name="pool2"),
            layers.Conv2D(64, 3, use_bias=False, name="conv3"),
            layers.BatchNormalization(momentum=0.9, name="norm3"),
            layers.ReLU(name="relu3"),
            layers.MaxPooling2D(2, name="pool3"),
            layers.Flatten(name="flatten"),
            layers.Dropout(0.2, name="dropout"),
            layers.Dense(144, activation="relu", name="dense"),
            layers.Dense(10, name="logits"),
            layers.Softmax(name="probabilities"),
        ],
        name="compact",
    )


def build_swift() -> keras.Model:
    """Build the network that is trained in seconds: 29,610 parameters.

    input           28 × 28 × 1
    conv1           12 × 12 × 16    16 filters 5 × 5, strides 2 × 2, ReLU
    conv2           10 × 10 × 32    32 filters 3 × 3
    pool2            5 × 5 × 32     2 × 2
    norm2, relu2     5 × 5 × 32
    conv3            3 × 3 × 64     64 filters 3 × 3
    norm3, relu3     3 × 3 × 64
    flatten         576
    logits          10
    probabilities   10

    Maps are small from the start, none is padded, and pooling stands before normalization, whose
    cost is that of passing over memory.
    """
    from keras import Input, Sequential, layers

    return Sequential(
        [
            Input((28, 28, 1), name="image"),
            layers.Conv2D(16, 5, strides=2, activation="relu", name="conv1"),
            layers.Conv2D(32, 3, use_bias=False, name="conv2"),
            layers.MaxPooling2D(2, name="pool2"),
            layers.BatchNormalization(momentum=0.9, name="norm2"),
            layers.ReLU(name="relu2"),
            layers.Conv2D(64, 3, use_bias=False, name="conv3"),
            layers.BatchNormalization(momentum=0.9, name="norm3"),
            layers.ReLU(name="relu3"),
            layers.Flatten(name="flatten"),
            layers.Dense(10, name="logits"),
            layers.Softmax(name="probabilities"),
        ],
        name="swift",
    )


def build_accurate() -> keras.Model:
    """Build a deeper network, which still answers in under a millisecond: 405,338 parameters.

    input           28 × 28 × 1
    conv1           28 × 28 × 16    16 filters 3 × 3, same
    norm1, relu1    28 × 28 × 16
    conv2           28 × 28 × 32    32 filters 3 × 3, same
    norm2, relu2    28 × 28 × 32
    pool2           14 × 14 × 32    2 × 2
    conv3           14 × 14 × 64    64 filters 3 × 3, same
    norm3, relu3    14 × 14 × 64
    pool3            7 × 7 × 64     2 × 2
    conv4            7 × 7 × 96     96 filters 3 × 3, same
    norm4, relu4     7 × 7 × 96
    conv5            7 × 7 × 128    128 filters 3 × 3, same
    norm5, relu5     7 × 7 × 128
    conv6            5 × 5 × 128    128 filters 3 × 3, valid
    norm6, relu6     5 × 5 × 128
    pool6            2 × 2 × 128    3 × 3, strides 2 × 2
    flatten         512
    dropout         512             0.3
    dense           128             ReLU
    logits          10
    probabilities   10
    """
    from keras import Input, Sequential, layers

    return Sequential(
        [
            Input((28, 28, 1), name="image"),
            layers.Conv2D(16, 3, padding="same", use_bias=False, name="conv1"),
            layers.BatchNormalization(momentum=0.9, name="norm1"),
            layers.ReLU(name="relu1"),
            layers.Conv2D(32, 3, padding="same", use_bias=False, name="conv2"),
            layers.BatchNormalization(momentum=0.9, name="norm2"),
            layers.ReLU(name="relu2"),
            layers.MaxPooling2D(2, name="pool2"),
            layers.Conv2D(64, 3, padding="same", use_bias=False, name="conv3"),
            layers.BatchNormalization(momentum=0.9, name="norm3"),
            layers.ReLU(name="relu3"),
            layers.MaxPooling2D(2, name="pool3"),
            layers.Conv2D(96, 3, padding="same", use_bias=False, name="conv4"),
            layers.BatchNormalization(momentum=0.9, name="norm4"),
            layers.ReLU(name="relu4"),
            layers.Conv2D(128, 3, padding="same", use_bias=False, name="conv5"),
            layers.BatchNormalization(momentum=0.9, name="norm5"),
            layers.ReLU(name="relu5"),
            layers.Conv2D(128, 3, use_bias=False, name="conv6"),
            layers.BatchNormalization(momentum=0.9, name="norm6"),
            layers.ReLU(name="relu6"),
            layers.MaxPooling2D(3, strides=2, name="pool6"),
            layers.Flatten(name="flatten"),
            layers.Dropout(0.3, name="dropout"),
            layers.Dense(128, activation="relu", name="dense"),
            layers.Dense(10, name="logits"),
            layers.Softmax(name="probabilities"),
        ],
        name="accurate",
    )


EVERY_CHANGE = Augmentation(affine=True, elastic=True, thickness=True, style=True)

NETWORKS: dict[str, Network] = {
    network.name: network
    for network in (
        Network(
            summary="Small and quick: about 99 % after three epochs.",
            build=build_compact,
            defaults=TrainingConfig(
                model="compact", epochs=3, batch_size=128, augmentation=EVERY_CHANGE
            ),
        ),
        Network(
            summary="Smallest and quickest: 99 % in seconds.",
            build=build_swift,
            defaults=TrainingConfig(
                model="swift",
                epochs=1,
                batch_size=128,
                learning_rate=0.02,
                label_smoothing=0.1,
            ),
        ),
        Network(
            summary="Deeper, and trained on many more hands: the app's own.",
            build=build_accurate,
            defaults=TrainingConfig(
                model="accurate",
                epochs=40,
                batch_size=128,
                learning_rate=0.005,
                optimizer="adamw",
                label_smoothing=0.1,
                augmentation=EVERY_CHANGE,
            ),
        ),
        Network(
            summary="The network of the notebook tutorial: one convolution and a wide dense layer.",
            build=build_tutorial,
            defaults=TrainingConfig(
                model="tutorial",
                epochs=10,
                batch_size=32,
                learning_rate=0.01,
                optimizer="sgd",
                schedule="constant",
            ),
        ),
    )
}


def get_network(name: str) -> Network:
    """Look a network up by its name.

    Raises:
        UnknownNetworkError: There is no such network.
    """
    try:
        return NETWORKS[name]
    except KeyError as error:
        raise UnknownNetworkError(
            f"There is no network named “{name}”; choose one of {', '.join(NETWORKS)}."
        ) from error
