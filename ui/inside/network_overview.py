"""The overview of a network: every stage as a card with its output for the digit.

A stage is a layer with the layers after it that only adjust its values: batch normalization,
activation and dropout.
"""

from collections.abc import Callable
from dataclasses import dataclass
from html import escape

import numpy as np

from mnist_core.inference.classifier import Classifier, Layer
from mnist_core.inference.layer_kinds import format_shape
from mnist_core.preprocessing.scaling import as_uint8
from ui.components.html_choices import show_choices
from ui.components.layer_cards import card_html, cards_html, fixed_card_html
from ui.formatting import format_parameters, format_probability
from ui.images import as_rgb, picture_html
from ui.inside.activation_images import bars_html, compose_layer
from ui.inside.layer_descriptions import describe_layer
from ui.language import _

ADJUSTING = {"BatchNormalization", "ReLU", "Activation", "Dropout"}


@dataclass(frozen=True)
class Stage:
    """A layer and the adjusting layers after it.

    Attributes:
        layers: The layers, in order.
        title: The standard term for the first one, such as "Convolution".
    """

    layers: tuple[Layer, ...]
    title: str

    @property
    def name(self) -> str:
        """The name of the first layer."""
        return self.layers[0].name

    @property
    def last(self) -> Layer:
        """The layer whose output is the next stage's input."""
        return self.layers[-1]


def list_stages(classifier: Classifier) -> list[Stage]:
    """Group a network's layers into stages."""
    groups: list[list[Layer]] = []
    for layer in classifier.layers:
        if groups and layer.kind in ADJUSTING:
            groups[-1].append(layer)
        else:
            groups.append([layer])
    return [Stage(tuple(group), describe_layer(classifier, group[0]).title) for group in groups]


def find_stage(stages: list[Stage], name: str | None) -> Stage:
    """Return the stage of this name, or the first one if there is none."""
    return next((stage for stage in stages if stage.name == name), stages[0])


def show_overview(
    stages: list[Stage],
    image: np.ndarray,
    outputs: dict[str, np.ndarray],
    probabilities: np.ndarray,
    chosen: Stage,
    choose: Callable[[str], None],
    key: str,
) -> None:
    """Show the stages as cards, each of which can be chosen.

    Args:
        stages: From `list_stages`.
        image: (28, 28) float32 in 0..1, the network's input.
        outputs: The output of every layer, by name.
        probabilities: (10,) float32, the prediction.
        chosen: The stage that is shown in detail.
        choose: Called with a stage's name when its card is clicked.
        key: The widget's key.
    """
    picture = as_rgb(as_uint8(image))
    sheet = f'<div class="sheet">{picture_html(picture, _("The image"), "100%")}</div>'
    cards = [fixed_card_html(_("Image"), ["28 × 28 × 1"], sheet)]
    cards += [
        _card(stage, outputs[stage.last.name], stage == chosen, gives_digits=stage in stages[-2:])
        for stage in stages
    ]
    digit = int(probabilities.argmax())
    sure = _("{probability} sure", probability=format_probability(probabilities[digit]))
    cards.append(
        f'<div class="prediction"><strong>{digit}</strong><small>{escape(sure)}</small></div>'
    )
    show_choices(cards_html(cards), _("The layers, in order"), choose, key, name="overview")


def _card(stage: Stage, output: np.ndarray, chosen: bool, gives_digits: bool) -> str:
    parameters = sum(layer.parameters for layer in stage.layers)
    shape = format_shape(stage.last.output_shape)
    count = format_parameters(parameters)
    if gives_digits:
        sheet = bars_html(output)
    else:
        sheet = f'<div class="sheet">{picture_html(compose_layer(output), "")}</div>'
    names = ", ".join(layer.name for layer in stage.layers)
    return card_html(stage.name, stage.title, [names, shape, count], sheet, chosen)
