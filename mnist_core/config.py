"""What a training run is told: one frozen dataclass holds every hyperparameter."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from typing import Any, Literal, get_args

from mnist_core.errors import MnistError

Optimizer = Literal["sgd", "adam", "adamw"]
Schedule = Literal["constant", "one-cycle"]

MAX_EPOCHS = 50


class ConfigError(MnistError):
    """A hyperparameter is of the wrong kind or out of its range."""


@dataclass(frozen=True)
class Augmentation:
    """Which random changes the training images get, drawn anew for every epoch.

    `mnist_core.training.trainer` makes them weaker over the last quarter of four epochs or more.

    affine: small rotations, shears, scalings and shifts.
    elastic: smooth local distortions, as by an unsteady hand.
    thickness: thinner and thicker strokes.
    style: other writers' digits in the place of some, and strokes that they add to others, such as
        a slash through the 0 or a foot under the 1.
    """

    affine: bool = False
    elastic: bool = False
    thickness: bool = False
    style: bool = False

    def __post_init__(self) -> None:
        for name, value in asdict(self).items():
            if not isinstance(value, bool):
                raise ConfigError(
                    f"The augmentation “{name}” must be true or false, not {value!r}."
                )

    def __bool__(self) -> bool:
        """Whether any change is switched on."""
        return any(asdict(self).values())


@dataclass(frozen=True)
class TrainingConfig:
    """The hyperparameters of one training run.

    model: the name of a network in `mnist_core.training.architectures.NETWORKS`.
    epochs: passes over the training images, 1 to 50.
    batch_size: images per gradient step, 1 to 4096.
    learning_rate: the step size; with the one-cycle schedule its peak. Above 0, at most 10.
    optimizer: plain stochastic gradient descent ("sgd"), "adam", or "adamw", which also draws the
        weights towards 0.
    schedule: "constant", or "one-cycle": a linear rise and a cosine fall to zero over the run.
    label_smoothing: how much of the certainty that an image is what its label says is spread over
        all ten digits, 0 to 0.5 (Szegedy et al., "Rethinking the Inception architecture", 2016).
    validation_fraction: share of the training images held out for validation, 0 to 0.5. They are
    the
        last ones, so that every run with the same share holds out the same images.
    seed: seeds the weights, the order of the images, dropout and augmentation.

    Raises:
        ConfigError: A value is of the wrong type or out of its range.
    """

    model: str = "compact"
    epochs: int = 3
    batch_size: int = 128
    learning_rate: float = 0.01
    optimizer: Optimizer = "adam"
    schedule: Schedule = "one-cycle"
    label_smoothing: float = 0.0
    validation_fraction: float = 1 / 12
    seed: int = 0
    augmentation: Augmentation = field(default_factory=Augmentation)

    def __post_init__(self) -> None:
        if not isinstance(self.model, str):
            raise ConfigError(f"The model must be the name of a network, not {self.model!r}.")
        _check_integer("number of epochs", self.epochs, 1, MAX_EPOCHS)
        _check_integer("batch size", self.batch_size, 1, 4096)
        _check_integer("seed", self.seed, 0, 2**31 - 1)
        _check_number("learning rate", self.learning_rate, 1e-6, 10)
        _check_number("label smoothing", self.label_smoothing, 0, 0.5)
        _check_number("validation share", self.validation_fraction, 0, 0.5)
        _check_choice("optimizer", self.optimizer, get_args(Optimizer))
        _check_choice("schedule", self.schedule, get_args(Schedule))

    def to_dict(self) -> dict[str, Any]:
        """Return the values as plain types that JSON can hold."""
        return asdict(self)

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> "TrainingConfig":
        """Build a configuration from what `to_dict` gave, perhaps by way of a file.

        Raises:
            ConfigError: A name is unknown or a value does not fit.
        """
        unknown = set(values) - {f.name for f in fields(cls)}
        if unknown:
            raise ConfigError(
                f"The training settings hold unknown names ({', '.join(sorted(unknown))}); "
                f"expected only {', '.join(f.name for f in fields(cls))}."
            )
        settings = dict(values)
        try:
            settings["augmentation"] = Augmentation(**settings.get("augmentation", {}))
        except TypeError as error:
            raise ConfigError(f"The augmentation settings cannot be read: {error}.") from error
        return cls(**settings)


def _check_integer(name: str, value: object, low: int, high: int) -> None:
    if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
        raise ConfigError(f"The {name} must be a whole number from {low} to {high}, not {value!r}.")


def _check_number(name: str, value: object, low: float, high: float) -> None:
    # `not low <= value` also refuses NaN.
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not low <= value <= high:
        raise ConfigError(f"The {name} must be a number from {low:g} to {high:g}, not {value!r}.")


def _check_choice(name: str, value: object, choices: tuple[str, ...]) -> None:
    if value not in choices:
        raise ConfigError(f"The {name} must be one of {', '.join(choices)}, not {value!r}.")
