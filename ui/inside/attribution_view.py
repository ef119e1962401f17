"""What decided: which pixels speak for and against each of the ten digits."""

from html import escape

import numpy as np
import streamlit as st

from mnist_core.inference.classifier import Classifier
from ui.attribution_picker import pick_method
from ui.formatting import format_probability
from ui.images import overlay_attribution, picture_html

NO_RIVAL = "anything else"


def show_reasons(classifier: Classifier, image: np.ndarray) -> None:
    """Show the reasons for each digit, and those for one rather than another.

    Args:
        classifier: The network.
        image: (28, 28) float32 in 0..1.

    Raises:
        MnistError: The chosen method cannot be used with this network.
    """
    method = pick_method("inside_method")
    st.html(f'<p class="aside">{method.description}</p>')
    maps = method.explain(classifier, image)
    probabilities = classifier.probabilities(image[np.newaxis])[0]
    one, ten = st.columns([1, 1.7], gap="large")
    with one:
        _show_rivals(image, maps, probabilities, method.is_signed)
    with ten:
        scale = float(np.abs(maps).max()) or 1.0
        st.html(f'<div class="ten">{_ten_html(image, maps, probabilities, scale)}</div>')
        st.caption("All ten on one scale.")


def _show_rivals(
    image: np.ndarray, maps: np.ndarray, probabilities: np.ndarray, signed: bool
) -> None:
    """Show why it is one digit rather than another, the likeliest two at first."""
    order = np.argsort(-probabilities)
    first, second = int(order[0]), int(order[1])
    rivals = [NO_RIVAL, *range(10)] if signed else [NO_RIVAL]
    with st.container(horizontal=True, gap="small"):
        digit = st.selectbox("Why", range(10), index=first, key=f"inside_why_{first}")
        rival = st.selectbox(
            "rather than",
            rivals,
            index=rivals.index(second) if signed else 0,
            key=f"inside_rather_{second}_{signed}",
        )
    reasons = maps[digit] if rival in (NO_RIVAL, digit) else maps[digit] - maps[rival]
    picture = overlay_attribution(image, reasons, float(np.abs(reasons).max()) or 1.0)
    st.html(picture_html(picture, f"Why {digit} rather than {rival}", width="min(100%, 20rem)"))


def _ten_html(image: np.ndarray, maps: np.ndarray, probabilities: np.ndarray, scale: float) -> str:
    return "".join(
        f'<figure class="map">'
        f"{picture_html(overlay_attribution(image, maps[digit], scale), f'Reasons for {digit}')}"
        f"<figcaption><b>{digit}</b> {escape(format_probability(probabilities[digit]))}"
        "</figcaption></figure>"
        for digit in range(10)
    )
