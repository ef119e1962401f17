"""The choice of a channel, which is one of those that a stage has."""

from pathlib import Path
from typing import Any

import pytest

from mnist_core.datasets.mnist import Mnist
from mnist_core.inference.classifier import Classifier
from mnist_core.interpretability.activations import trace_layers
from mnist_core.layer_designs import Dense, Flatten
from mnist_core.preprocessing.scaling import as_float
from tests.random_network import write_random_network
from ui.inside.channel_picker import ChannelPicker


@pytest.mark.parametrize(("chosen", "kept"), [(0, 0), (15, 15), (-1, 3), (16, 3), (10**400, 3)])
def test_only_a_channel_that_exists_is_chosen(
    chosen: int, kept: int, data: Mnist, session: dict[str, Any]
) -> None:
    """Else the one before stays."""
    classifier = Classifier.load()
    stage = trace_layers(classifier, as_float(data.test.images[0]))[:1]
    for channel in (3, chosen):
        ChannelPicker(classifier, stage).choose(channel)
    assert ChannelPicker(classifier, stage).channel == kept


def test_only_the_last_ten_numbers_are_called_digits(
    tmp_path: Path, data: Mnist, session: dict[str, Any]
) -> None:
    """Ten hidden units have nothing to do with the ten digits."""
    path = tmp_path / "ten.onnx"
    write_random_network(path, Flatten(), Dense(10))
    classifier = Classifier.load(path)
    activations = trace_layers(classifier, as_float(data.test.images[0]))
    kinds = [ChannelPicker(classifier, [each]).kind for each in activations]
    assert kinds == ["number", "unit", "digit", "digit"]
