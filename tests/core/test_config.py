"""Hyperparameters: what is accepted, what is refused, and that a file holds all of them."""

import json
import math
from dataclasses import FrozenInstanceError
from typing import Any

import pytest

from mnist_core.config import Augmentation, ConfigError, TrainingConfig


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"model": ["compact"]}, "model must be the name of a network, not "),
        ({"model": None}, "model must be the name of a network, not None"),
        ({"epochs": 0}, "number of epochs must be a whole number from 1 to 50, not 0"),
        ({"epochs": -1}, "from 1 to 50, not -1"),
        ({"epochs": 51}, "from 1 to 50, not 51"),
        ({"epochs": "ten"}, "from 1 to 50, not 'ten'"),
        ({"epochs": 2.0}, "from 1 to 50, not 2.0"),
        ({"epochs": True}, "from 1 to 50, not True"),
        ({"epochs": None}, "from 1 to 50, not None"),
        ({"batch_size": 0}, "batch size must be a whole number from 1 to 4096"),
        ({"seed": -1}, "seed must be a whole number"),
        ({"learning_rate": 0}, "learning rate must be a number"),
        ({"learning_rate": math.nan}, "learning rate must be a number .*, not nan"),
        ({"learning_rate": math.inf}, "learning rate must be a number .*, not inf"),
        ({"label_smoothing": 0.7}, "label smoothing must be a number from 0 to 0.5, not 0.7"),
        ({"validation_fraction": 0.6}, "validation share must be a number from 0 to 0.5, not 0.6"),
        ({"optimizer": "lion"}, "optimizer must be one of sgd, adam, adamw, not 'lion'"),
        ({"schedule": "cosine"}, "schedule must be one of constant, one-cycle"),
    ],
)
def test_what_cannot_be_trained_with_is_refused(settings: dict[str, Any], message: str) -> None:
    """One sentence says what was wrong and what is expected."""
    with pytest.raises(ConfigError, match=message):
        TrainingConfig(**settings)


@pytest.mark.parametrize(
    "settings",
    [
        {"epochs": 1},
        {"epochs": 50},
        {"batch_size": 1},
        {"learning_rate": 10},
        {"validation_fraction": 0},
        {"validation_fraction": 0.5},
        {"seed": 2**31 - 1},
    ],
)
def test_the_ends_of_each_range_are_accepted(settings: dict[str, Any]) -> None:
    """Both ends belong to it."""
    (name, value), *_ = settings.items()
    assert getattr(TrainingConfig(**settings), name) == value


def test_a_file_holds_every_setting() -> None:
    """A configuration comes back from JSON as it went in."""
    config = TrainingConfig(
        model="tutorial",
        epochs=7,
        batch_size=32,
        learning_rate=0.02,
        optimizer="sgd",
        schedule="constant",
        label_smoothing=0.2,
        validation_fraction=0.1,
        seed=5,
        augmentation=Augmentation(elastic=True),
    )
    assert TrainingConfig.from_dict(json.loads(json.dumps(config.to_dict()))) == config


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"momentum": 0.9}, r"unknown names \(momentum\)"),
        ({"augmentation": {"mirror": True}}, "augmentation settings cannot be read"),
        ({"augmentation": {"affine": 1}}, "“affine” must be true or false, not 1"),
        ({"epochs": "ten"}, "not 'ten'"),
    ],
)
def test_a_foreign_file_is_refused(values: dict[str, Any], message: str) -> None:
    """Unknown names and wrong values are told, not ignored."""
    with pytest.raises(ConfigError, match=message):
        TrainingConfig.from_dict(values)


def test_a_configuration_stays_as_it_is() -> None:
    """It may be shared without fear."""
    with pytest.raises(FrozenInstanceError):
        TrainingConfig().epochs = 4  # type: ignore[misc]


def test_augmentation_is_off_by_default() -> None:
    """Any one change switches it on."""
    assert not TrainingConfig().augmentation
    assert Augmentation(thickness=True)
