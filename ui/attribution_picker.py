"""The choice of an attribution method, which shows the pixels that a prediction depends on."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import streamlit as st

from mnist_core.inference.classifier import Classifier
from mnist_core.interpretability.attribution import PATCH, grad_cam, occlusion, saliency
from mnist_core.messages import message
from ui.language import _, localize_each


@dataclass(frozen=True)
class Method:
    """An attribution method.

    Attributes:
        label: Its name on the page.
        explain: Returns the attribution maps of an image, (28, 28), for each digit,
            (10, height, width).
        description: What the maps show, in a few sentences.
        is_signed: Whether the maps have positive and negative values, so that the difference of
            two digits' maps shows what supports one rather than the other.
    """

    label: str
    explain: Callable[[Classifier, np.ndarray], np.ndarray]
    description: str
    is_signed: bool = True


METHODS = {
    "occlusion": Method(
        message("Occlusion"),
        occlusion,
        message(
            "A black patch of {patch} × {patch} pixels is moved over the image. Orange is where "
            "covering the image lowers the digit’s score, its logit: these pixels support the "
            "digit. Blue is where covering it raises the score.",
            patch=PATCH,
        ),
    ),
    "saliency": Method(
        message("Saliency"),
        saliency,
        message(
            "The gradient of the digit’s score, its logit: orange is where slightly more ink would "
            "raise it, blue where it would lower it. It is exact, but only for very small changes."
        ),
    ),
    "grad-cam": Method(
        message("Grad-CAM"),
        grad_cam,
        message(
            "The feature maps of the last convolution, each weighted by how much it supports the "
            "digit. It is coarse and shows only what supports the digit."
        ),
        is_signed=False,
    ),
}
"""The methods by id."""


def pick_method(key: str) -> Method:
    """Show the choice of the method and return the chosen one.

    Args:
        key: The widget's key.
    """
    method_id = st.segmented_control(
        _("Method"),
        list(METHODS),
        default="occlusion",
        format_func=localize_each({each: method.label for each, method in METHODS.items()}),
        key=key,
        label_visibility="collapsed",
        required=True,
    )
    return METHODS[method_id]


def describe_difference(first: int, second: int) -> str:
    """Return what the score is where a map is the difference of two digits' maps."""
    return _(
        "Here the score is the logit of the {first} minus that of the {second}.",
        first=first,
        second=second,
    )
