"""The methods that show which pixels decided, as a person chooses among them."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import streamlit as st

from mnist_core.inference.classifier import Classifier
from mnist_core.interpretability.attribution import PATCH, grad_cam, occlusion, saliency


@dataclass(frozen=True)
class Method:
    """A way to explain an answer.

    explain: returns for an image, (28, 28), the reasons for each digit, (10, height, width).
    words: what the picture of them shows. compares: whether the reasons for one digit less those
    for another are the reasons for the one rather than the other.
    """

    explain: Callable[[Classifier, np.ndarray], np.ndarray]
    words: str
    compares: bool = True


METHODS = {
    "Occlusion": Method(
        occlusion,
        f"A black patch of {PATCH} × {PATCH} pixels is moved over the image. Orange is where "
        "covering it weakens the digit: what is there speaks for the digit. Blue is where covering "
        "it strengthens the digit.",
    ),
    "Saliency": Method(
        saliency,
        "The gradient: orange is where slightly more ink would strengthen the digit, blue where it "
        "would weaken it. It is exact, but only for the slightest change.",
    ),
    "Grad-CAM": Method(
        grad_cam,
        "The feature maps of the last convolution, each weighted by how much it strengthens the "
        "digit. Coarse, and only what speaks for the digit.",
        compares=False,
    ),
}


def pick_method(key: str) -> Method:
    """Let the person choose a method.

    Args:
        key: The widget's key.
    """
    name = st.segmented_control(
        "Method",
        list(METHODS),
        default="Occlusion",
        key=key,
        label_visibility="collapsed",
        required=True,
    )
    return METHODS[name]
