"""The networks that can be trained, by name, with their default hyperparameters."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mnist_core.config import Augmentation, TrainingConfig
from mnist_core.errors import MnistError
from mnist_core.training.model_builders import (
    build_accurate,
    build_compact,
    build_swift,
    build_tutorial,
)

if TYPE_CHECKING:
    import keras

ALL_AUGMENTATIONS = Augmentation(affine=True, elastic=True, thickness=True, style=True)


class UnknownNetworkError(MnistError):
    """The registry has no network of the requested name."""


@dataclass(frozen=True)
class Network:
    """An entry of the registry.

    Attributes:
        summary: One line for people who choose a network.
        build: Returns a new, untrained model.
        defaults: The hyperparameters that the network was designed for.
    """

    summary: str
    build: Callable[[], keras.Model]
    defaults: TrainingConfig

    @property
    def name(self) -> str:
        """The key in `NETWORKS`, the same as `TrainingConfig.model`."""
        return self.defaults.model


NETWORKS: dict[str, Network] = {
    network.name: network
    for network in (
        Network(
            summary="Small and fast: about 99 % after three epochs.",
            build=build_compact,
            defaults=TrainingConfig(
                model="compact", epochs=3, batch_size=128, augmentation=ALL_AUGMENTATIONS
            ),
        ),
        Network(
            summary="Smallest and fastest: 99 % in seconds.",
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
            summary="Deeper, and trained on more handwriting styles: the app's default.",
            build=build_accurate,
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
        Network(
            summary="The CNN of the introductory Keras tutorial: one convolution, one dense layer.",
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
            f"There is no network named “{name}”; choose one of {available}."
        ) from error
