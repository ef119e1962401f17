"""The choice of a channel, which is one of those that a stage has."""

from typing import Any

import pytest

from mnist_core.datasets.mnist import Mnist
from mnist_core.inference.classifier import Classifier
from mnist_core.interpretability.activations import trace_layers
from mnist_core.preprocessing.scaling import as_float
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
