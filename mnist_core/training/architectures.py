"""The networks that can be trained, by name: their layers and default hyperparameters."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from mnist_core.config import OWN, Augmentation, TrainingConfig
from mnist_core.errors import MnistError
from mnist_core.layer_designs import (
    ActivationLayer,
    BatchNormalization,
    Conv2D,
    Dense,
    Dropout,
    Flatten,
    MaxPooling2D,
)
from mnist_core.messages import message
from mnist_core.network_design import NetworkDesign
from mnist_core.training.model_builders import build_design

if TYPE_CHECKING:
    import keras

# The comments give the shapes of the outputs.
# 2,561,738 parameters
TUTORIAL = NetworkDesign(
    (
        Conv2D(32, 3),  # 26 × 26 × 32
        MaxPooling2D(2, strides=1),  # 25 × 25 × 32
        Dropout(0.25),  # 25 × 25 × 32
        Flatten(),  # 20,000
        Dense(128),  # 128
    )
)
# 62,346 parameters
COMPACT = NetworkDesign(
    (
        Conv2D(16, 5, strides=2, padding="same", batch_normalization=True),  # 14 × 14 × 16
        Conv2D(32, 3, padding="same", batch_normalization=True),  # 14 × 14 × 32
        MaxPooling2D(),  # 7 × 7 × 32
        Conv2D(64, 3, batch_normalization=True),  # 5 × 5 × 64
        MaxPooling2D(),  # 2 × 2 × 64
        Flatten(),  # 256
        Dropout(0.2),  # 256
        Dense(144),  # 144
    )
)
# 29,610 parameters. Feature maps are small from the first layer and not padded, and pooling comes
# before normalization, whose cost grows with the size of the maps.
SWIFT = NetworkDesign(
    (
        Conv2D(16, 5, strides=2),  # 12 × 12 × 16
        Conv2D(32, 3, activation="linear"),  # 10 × 10 × 32
        MaxPooling2D(),  # 5 × 5 × 32
        BatchNormalization(),  # 5 × 5 × 32
        ActivationLayer("relu"),  # 5 × 5 × 32
        Conv2D(64, 3, batch_normalization=True),  # 3 × 3 × 64
        Flatten(),  # 576
    )
)
# 405,338 parameters. It predicts in under a millisecond.
ACCURATE = NetworkDesign(
    (
        Conv2D(16, 3, padding="same", batch_normalization=True),  # 28 × 28 × 16
        Conv2D(32, 3, padding="same", batch_normalization=True),  # 28 × 28 × 32
        MaxPooling2D(),  # 14 × 14 × 32
        Conv2D(64, 3, padding="same", batch_normalization=True),  # 14 × 14 × 64
        MaxPooling2D(),  # 7 × 7 × 64
        Conv2D(96, 3, padding="same", batch_normalization=True),  # 7 × 7 × 96
        Conv2D(128, 3, padding="same", batch_normalization=True),  # 7 × 7 × 128
        Conv2D(128, 3, batch_normalization=True),  # 5 × 5 × 128
        MaxPooling2D(3, strides=2),  # 2 × 2 × 128
        Flatten(),  # 512
        Dropout(0.3),  # 512
        Dense(128),  # 128
    )
)
ALL_AUGMENTATIONS = Augmentation(affine=True, elastic=True, thickness=True, style=True)


class UnknownNetworkError(MnistError):
    """The registry has no network of the requested name."""


@dataclass(frozen=True)
class RegisteredNetwork:
    """An entry of the registry.

    Attributes:
        summary: One line for people who choose a network.
        design: The layers.
        defaults: The hyperparameters that the network was designed for.
    """

    summary: str
    design: NetworkDesign
    defaults: TrainingConfig

    @property
    def name(self) -> str:
        """The key in `NETWORKS`, the same as `TrainingConfig.model`."""
        return self.defaults.model

    def build(self) -> keras.Model:
        """Build a new, untrained model."""
        return build_design(self.design, self.name)


NETWORKS: dict[str, RegisteredNetwork] = {
    network.name: network
    for network in (
        RegisteredNetwork(
            summary=message("Small and fast: about 99 % after three epochs."),
            design=COMPACT,
            defaults=TrainingConfig(
                model="compact", epochs=3, batch_size=128, augmentation=ALL_AUGMENTATIONS
            ),
        ),
        RegisteredNetwork(
            summary=message("Smallest and fastest: 99 % in seconds."),
            design=SWIFT,
            defaults=TrainingConfig(
                model="swift",
                epochs=1,
                batch_size=128,
                learning_rate=0.02,
                label_smoothing=0.1,
            ),
        ),
        RegisteredNetwork(
            summary=message("Deeper, and trained on more handwriting styles: the app's default."),
            design=ACCURATE,
            defaults=TrainingConfig(
                model="accurate",
                epochs=40,
                batch_size=128,
                learning_rate=0.005,
                optimizer="adamw",
                label_smoothing=0.1,
                augmentation=ALL_AUGMENTATIONS,
            ),
        ),
        RegisteredNetwork(
            summary=message(
                "The CNN of the introductory Keras tutorial: one convolution, one dense layer."
            ),
            design=TUTORIAL,
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


def get_network(name: str) -> RegisteredNetwork:
    """Return the network of that name.

    Raises:
        UnknownNetworkError: `name` is not in `NETWORKS`.

    Examples:
        >>> get_network("compact").defaults.epochs
        3
    """
    try:
        return NETWORKS[name]
    except KeyError as error:
        available = ", ".join(NETWORKS)
        raise UnknownNetworkError(
            message(
                "There is no network named “{name}”; choose one of {available}.",
                name=name,
                available=available,
            )
        ) from error


def find_design(config: TrainingConfig) -> NetworkDesign:
    """Return the layers of the network that a configuration trains.

    Raises:
        UnknownNetworkError: It names a network that does not exist.
    """
    return config.design or get_network(config.model).design


def configure_own(design: NetworkDesign) -> TrainingConfig:
    """Return default hyperparameters for a design: they suit networks with and without
    normalization.
    """
    return TrainingConfig(model=OWN, epochs=3, learning_rate=0.003, design=design)
