"""Tests of ui.training.settings_difference: every setting is named when it differs."""

from dataclasses import fields, replace
from typing import Any

import pytest

from mnist_core.config import Augmentation, TrainingConfig
from mnist_core.layer_designs import ActivationLayer, Conv2D, Flatten
from mnist_core.network_design import NetworkDesign
from ui.training.settings_difference import (
    describe_settings,
    find_differences,
    format_differences,
)

OTHER: dict[str, Any] = {
    "model": "swift",
    "epochs": 9,
    "batch_size": 64,
    "learning_rate": 0.5,
    "optimizer": "sgd",
    "schedule": "constant",
    "label_smoothing": 0.2,
    "validation_fraction": 0.4,
    "seed": 9,
    "augmentation": Augmentation(affine=True),
    "patience": 2,
}


@pytest.mark.parametrize("name", [field.name for field in fields(TrainingConfig)])
def test_each_setting_is_named(name: str) -> None:
    """And no other one."""
    config = TrainingConfig()
    if name == "design":
        first = replace(config, model="own", design=NetworkDesign((Flatten(),)))
        changed = replace(first, design=NetworkDesign((Flatten(), Flatten())))
    else:
        first, changed = config, replace(config, **{name: OTHER[name]})
    differences = find_differences(first, changed)
    assert list(differences) == [{"model": "network", "design": "network"}.get(name, name)]
    assert format_differences(differences).startswith("These runs differ in one setting. ")
    assert not find_differences(first, first)


def test_a_seed_may_be_left_out() -> None:
    """Runs that were repeated have other seeds and the same settings."""
    config = TrainingConfig()
    assert not find_differences(config, replace(config, seed=3), with_seed=False)
    assert format_differences({}) == "These runs have the same settings."
    both = find_differences(config, replace(config, seed=3, epochs=9))
    assert format_differences(both) == "These runs differ in 2 settings: Epochs and Seed."


def test_the_layers_of_a_network_of_ones_own_are_named() -> None:
    """As in code, without the settings that a layer has by default."""
    layers = (Conv2D(16, strides=2), ActivationLayer("tanh"), Flatten())
    described = describe_settings(TrainingConfig(model="own", design=NetworkDesign(layers)))
    assert (
        described["network"] == "Your own: Conv2D(16, strides=2) → Activation('tanh') → Flatten()"
    )
