"""The explanation of the temperature."""

import pytest

from mnist_core.inference.classifier import PRETRAINED, Classifier
from ui.inside.softmax_view import describe_temperature


@pytest.mark.parametrize("temperature", [0.5, 1.5])
def test_only_what_the_app_does_is_claimed(temperature: float) -> None:
    """How it was fitted, and which probabilities are which; no page shows only one kind."""
    text = describe_temperature(temperature)
    assert f"temperature T of {temperature:.2f}, which was fitted on the validation images" in text
    assert "the bars above and the loss below use those of the network itself" in text
    assert "nine in ten" not in text
    assert "All pages" not in text


def test_label_smoothing_is_a_likely_cause_not_a_certain_one() -> None:
    """The compact network was trained without it, and has a temperature below 1 as well."""
    temperature = Classifier.load(PRETRAINED / "compact.onnx").temperature
    assert temperature < 1
    assert "label smoothing often causes this" in describe_temperature(temperature)
    assert "label smoothing" not in describe_temperature(1 / temperature)
