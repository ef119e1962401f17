"""Hyperparameters: valid values, rejected values, and the round trip through JSON."""

import json
import math
from dataclasses import FrozenInstanceError
from typing import Any

import pytest

from mnist_core.config import Augmentation, ConfigError, TrainingConfig
from mnist_core.layer_designs import Conv2D, Flatten
from mnist_core.network_design import NetworkDesign

DESIGN = NetworkDesign((Conv2D(4, activation="gelu"), Flatten()))


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
        (
            {"validation_fraction": 0.6},
            "validation fraction must be a number from 0 to 0.5, not 0.6",
        ),
        ({"optimizer": "lion"}, "optimizer must be one of sgd, adam, adamw, not 'lion'"),
        ({"schedule": "cosine"}, "schedule must be one of constant, one-cycle"),
        ({"model": "own"}, "design belongs to the model “own”.*'own'"),
        ({"design": DESIGN}, "design belongs to the model “own”.*'compact'"),
        ({"model": "own", "design": {}}, "design must be a NetworkDesign"),
    ],
)
def test_invalid_settings_are_rejected(settings: dict[str, Any], message: str) -> None:
    """The message says what is expected and what was given."""
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
    """Both ends are valid."""
    (name, value), *_ = settings.items()
    assert getattr(TrainingConfig(**settings), name) == value


def test_a_configuration_survives_a_round_trip_through_json() -> None:
    """All settings, none of them a default, are equal afterwards."""
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


def test_a_design_is_part_of_the_record() -> None:
    """Records of named networks have no entry for it, as in earlier versions."""
    config = TrainingConfig(model="own", design=DESIGN)
    assert TrainingConfig.from_dict(json.loads(json.dumps(config.to_dict()))) == config
    assert "design" not in TrainingConfig().to_dict()


def test_records_of_earlier_versions_are_read() -> None:
    """They have `validation_share` for `validation_fraction`; both at once are rejected."""
    assert TrainingConfig.from_dict({"validation_share": 0.2}).validation_fraction == 0.2
    with pytest.raises(ConfigError, match="validation_share"):
        TrainingConfig.from_dict({"validation_share": 0.2, "validation_fraction": 0.1})


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"momentum": 0.9}, r"unknown names \(momentum\)"),
        ({"augmentation": {"mirror": True}}, "augmentation settings cannot be read"),
        ({"augmentation": {"affine": 1}}, "“affine” must be true or false, not 1"),
        ({"epochs": "ten"}, "not 'ten'"),
        ({"model": "own", "design": {"version": 9, "layers": []}}, "version of the network"),
    ],
)
def test_unknown_names_and_wrong_values_are_rejected(values: dict[str, Any], message: str) -> None:
    """They are reported, not ignored."""
    with pytest.raises(ConfigError, match=message):
        TrainingConfig.from_dict(values)


@pytest.mark.parametrize("values", [["validation_share"], "validation_share", None, 10**400])
def test_values_without_names_are_rejected(values: Any) -> None:
    """Also those that contain the name of a setting."""
    with pytest.raises(ConfigError, match=r"must be a JSON object, not .{1,20}\.$"):
        TrainingConfig.from_dict(values)


def test_a_configuration_is_immutable() -> None:
    """It can be shared between threads."""
    with pytest.raises(FrozenInstanceError):
        TrainingConfig().epochs = 4  # type: ignore[misc]


def test_augmentation_is_off_by_default() -> None:
    """A single change switches it on."""
    assert not TrainingConfig().augmentation
    assert Augmentation(thickness=True)


@pytest.mark.parametrize("changes", [{"affine": True}, True, None])
def test_augmentation_of_another_type_is_rejected(changes: Any) -> None:
    """Before a training begins."""
    with pytest.raises(ConfigError, match="must be an Augmentation"):
        TrainingConfig(augmentation=changes)
