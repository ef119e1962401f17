"""The hyperparameters of a training run, in one frozen dataclass."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from typing import Any, Literal, get_args

from mnist_core.errors import MnistError, shorten
from mnist_core.layer_designs import DesignError
from mnist_core.messages import message
from mnist_core.network_design import NetworkDesign

Optimizer = Literal["sgd", "adam", "adamw"]
Schedule = Literal["constant", "one-cycle"]

MAX_EPOCHS = 50
MAX_SEED = 2**31 - 1
VALIDATION_FRACTION = 1 / 12  # of MNIST's training images: the last 5,000
OWN = "own"
RENAMED = {"validation_share": "validation_fraction"}


class ConfigError(MnistError):
    """A hyperparameter has the wrong type or is out of range."""


@dataclass(frozen=True)
class Augmentation:
    """Random changes to the training images, different in every epoch.

    Over the last quarter of runs of four or more epochs, `mnist_core.training.augmented_batches`
    weakens them.

    Attributes:
        affine: Small rotations, shears, scalings and shifts.
        elastic: Smooth local distortions, as by an unsteady hand.
        thickness: Thinner and thicker strokes.
        style: Other handwriting: some digits are replaced by rendered ones, and others get a
            stroke, such as a slash through the 0 or a foot under the 1.

    Raises:
        ConfigError: A value is not a bool.
    """

    affine: bool = False
    elastic: bool = False
    thickness: bool = False
    style: bool = False

    def __post_init__(self) -> None:
        for name, value in asdict(self).items():
            if not isinstance(value, bool):
                raise ConfigError(
                    message(
                        "The augmentation “{name}” must be true or false, not {value}.",
                        name=name,
                        value=repr(value),
                    )
                )

    def __bool__(self) -> bool:
        """Return whether any change is switched on."""
        return any(asdict(self).values())


@dataclass(frozen=True)
class TrainingConfig:
    """The hyperparameters of one training run.

    Attributes:
        model: The name of a network in `mnist_core.training.architectures.NETWORKS`, or "own" with
            a design.
        epochs: Passes over the training images, 1 to 50.
        batch_size: Images per gradient step, 1 to 4096.
        learning_rate: The step size, 1e-6 to 10; with the one-cycle schedule its maximum.
        optimizer: Stochastic gradient descent ("sgd"), "adam", or "adamw" (Adam with decoupled
            weight decay).
        schedule: "constant", or "one-cycle": a linear rise and a cosine decay to zero over the run.
        label_smoothing: The probability that the training targets spread evenly over all ten
            digits, 0 to 0.5 (Szegedy et al., "Rethinking the Inception architecture", 2016).
        validation_fraction: The fraction of the training images held out for validation, 0 to
            0.5. They are the last ones, so that every run with the same fraction holds out the
            same images.
        seed: The seed of the initial weights, the order of the images, dropout and augmentation, 0
            to 2**31 - 1.
        augmentation: Random changes to the training images, none by default.
        patience: Early stopping: after how many epochs without a lower validation loss the run
            ends, 1 to 50; the weights with the lowest one are kept. None for no early stopping.
        design: The layers of a network of one's own, for the model "own" only.

    Raises:
        ConfigError: A value has the wrong type or is out of range.

    Examples:
        >>> config = TrainingConfig(epochs=5, augmentation=Augmentation(affine=True))
        >>> TrainingConfig.from_dict(config.to_dict()) == config
        True
        >>> TrainingConfig(seed=-1)
        Traceback (most recent call last):
        mnist_core.config.ConfigError: The seed must be a whole number from 0 to 2147483647, not -1.
    """

    model: str = "compact"
    epochs: int = 3
    batch_size: int = 128
    learning_rate: float = 0.01
    optimizer: Optimizer = "adam"
    schedule: Schedule = "one-cycle"
    label_smoothing: float = 0.0
    validation_fraction: float = VALIDATION_FRACTION
    seed: int = 0
    augmentation: Augmentation = field(default_factory=Augmentation)
    patience: int | None = None
    design: NetworkDesign | None = None

    def __post_init__(self) -> None:
        if not isinstance(self.model, str):
            raise ConfigError(
                message(
                    "The model must be the name of a network, not {model}.", model=repr(self.model)
                )
            )
        if not isinstance(self.augmentation, Augmentation):
            raise ConfigError(message("The augmentation must be an Augmentation."))
        if self.design is not None and not isinstance(self.design, NetworkDesign):
            raise ConfigError(message("The design must be a NetworkDesign."))
        if (self.model == OWN) != (self.design is not None):
            raise ConfigError(
                message(
                    "A design belongs to the model “{own}”, and to no other; the model here is "
                    "{model}.",
                    own=OWN,
                    model=repr(self.model),
                )
            )
        _check_integer(message("number of epochs"), self.epochs, 1, MAX_EPOCHS)
        _check_integer(message("batch size"), self.batch_size, 1, 4096)
        check_seed(self.seed)
        _check_number(message("learning rate"), self.learning_rate, 1e-6, 10)
        _check_number(message("label smoothing"), self.label_smoothing, 0, 0.5)
        _check_number(message("validation fraction"), self.validation_fraction, 0, 0.5)
        if self.patience is not None:
            _check_integer(message("patience of early stopping"), self.patience, 1, MAX_EPOCHS)
            if self.validation_fraction == 0:
                raise ConfigError(
                    message(
                        "Early stopping needs validation images; set some aside, or switch it off."
                    )
                )
        _check_choice(message("optimizer"), self.optimizer, get_args(Optimizer))
        _check_choice(message("schedule"), self.schedule, get_args(Schedule))

    def to_dict(self) -> dict[str, Any]:
        """Return the values as types that JSON supports.

        A patience and a design are left out if there are none, as in earlier versions.
        """
        values = {each.name: getattr(self, each.name) for each in fields(self)}
        values["augmentation"] = asdict(self.augmentation)
        if self.design is not None:
            values["design"] = self.design.to_dict()
        optional = ("patience", "design")
        return {k: v for k, v in values.items() if v is not None or k not in optional}

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> "TrainingConfig":
        """Create a configuration from what `to_dict` returned, for example from a run's record.

        Records of earlier versions have `validation_share` for `validation_fraction`.

        Raises:
            ConfigError: It is not a mapping, a name is unknown, or a value has the wrong type or is
                out of range.
        """
        if not isinstance(values, Mapping):
            raise ConfigError(
                message(
                    "The training settings must be a JSON object, not {found}.",
                    found=shorten(repr(values)),
                )
            )
        renamed = {old: new for old, new in RENAMED.items() if new not in values}
        settings = {renamed.get(name, name): value for name, value in values.items()}
        unknown = set(settings) - {f.name for f in fields(cls)}
        if unknown:
            raise ConfigError(
                message(
                    "The training settings have unknown names ({names}); expected only {known}.",
                    names=", ".join(sorted(unknown)),
                    known=", ".join(f.name for f in fields(cls)),
                )
            )
        try:
            settings["augmentation"] = Augmentation(**settings.get("augmentation", {}))
        except TypeError as error:
            raise ConfigError(
                message("The augmentation settings cannot be read: {error}.", error=error)
            ) from error
        if settings.get("design") is not None:
            try:
                settings["design"] = NetworkDesign.from_dict(settings["design"])
            except DesignError as error:
                raise ConfigError(str(error)) from error
        return cls(**settings)


def check_seed(seed: object) -> None:
    """Check a seed of random numbers.

    Raises:
        ConfigError: It is not a whole number from 0 to 2³¹ − 1.
    """
    _check_integer(message("seed"), seed, 0, MAX_SEED)


def _check_integer(name: str, value: object, low: int, high: int) -> None:
    if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
        raise ConfigError(
            message(
                "The {name} must be a whole number from {low} to {high}, not {value}.",
                name=name,
                low=low,
                high=high,
                value=repr(value),
            )
        )


def _check_number(name: str, value: object, low: float, high: float) -> None:
    # `not low <= value` is also true for NaN.
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not low <= value <= high:
        raise ConfigError(
            message(
                "The {name} must be a number from {low:g} to {high:g}, not {value}.",
                name=name,
                low=low,
                high=high,
                value=repr(value),
            )
        )


def _check_choice(name: str, value: object, choices: tuple[str, ...]) -> None:
    if value not in choices:
        raise ConfigError(
            message(
                "The {name} must be one of {choices}, not {value}.",
                name=name,
                choices=", ".join(choices),
                value=repr(value),
            )
        )
