"""The calculation of the probabilities and the loss, and the temperature."""

import math
import re

import pytest
from streamlit.testing.v1 import AppTest

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


def show(logits: list[float], label: int | None) -> None:
    """Show the softmax of some logits; a script of its own, so that it imports what it needs."""
    import numpy as np

    from mnist_core.inference.activation_functions import softmax
    from mnist_core.inference.layer_rules import Layer
    from mnist_core.interpretability.activations import LayerActivation
    from ui.inside.softmax_view import show_softmax

    values = np.array(logits, np.float32)
    layer = Layer("probabilities", "Softmax", (10,), 0, {}, ())
    show_softmax(LayerActivation(layer, (), values, softmax(values)), 1.0, label, "softmax")


def test_the_correct_digit_follows_the_drawing() -> None:
    """Another drawing starts at its own prediction, and the one before is forgotten."""
    app = AppTest.from_function(show)
    for digit in (3, 7):
        logits = [0.0] * 10
        logits[digit] = 12.0
        app.args = (logits, None)
        assert app.run().button_group[0].value == digit


@pytest.mark.parametrize("difference", [1.0, 14.0, 30.0, 300.0, 5000.0])
def test_the_loss_follows_from_the_probability_as_it_is_written(difference: float) -> None:
    """However small the probability is."""
    app = AppTest.from_function(show, args=([difference] + [0.0] * 9, 1)).run()
    text = next(html.value for html in app.get("html") if "−ln" in html.value)
    ((probability, loss),) = re.findall(r"−ln (\S+) = ([\d,.]+)\.", str(text))
    mantissa, _, exponent = probability.partition("·10")
    power = int(exponent.translate(str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789")) or 0)
    written = -math.log(float(mantissa)) - power * math.log(10)
    assert written == pytest.approx(float(loss.replace(",", "")), abs=2e-6)
