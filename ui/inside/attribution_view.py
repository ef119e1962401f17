"""Attribution maps: which pixels support and which oppose each of the ten digits."""

from html import escape

import numpy as np
import streamlit as st

from mnist_core.inference.classifier import Classifier
from mnist_core.messages import message
from ui.attribution_picker import describe_difference, pick_method
from ui.formatting import format_probability
from ui.images import overlay_attribution, picture_html
from ui.language import _, join_sentences, localize, localize_each

ANY_OTHER = "any"
"""The option that compares a digit with none of the others in particular."""


def show_attribution(classifier: Classifier, image: np.ndarray) -> None:
    """Show the attribution map of each digit, and the difference between those of two digits.

    Args:
        classifier: The network.
        image: (28, 28) float32 in 0..1.

    Raises:
        MnistError: The chosen method does not support this network.
    """
    method = pick_method("inside_method")
    st.html(f'<p class="aside">{localize(method.description)}</p>')
    maps = method.explain(classifier, image)
    probabilities = classifier.probabilities(image[np.newaxis])[0]
    one, ten = st.columns([1, 1.7], gap="large")
    with one:
        _show_comparison(image, maps, probabilities, method.is_signed)
    with ten:
        scale = float(np.abs(maps).max()) or 1.0
        st.html(f'<div class="ten">{_ten_html(image, maps, probabilities, scale)}</div>')
        st.caption(_("All ten maps share one color scale."))


def _show_comparison(
    image: np.ndarray, maps: np.ndarray, probabilities: np.ndarray, signed: bool
) -> None:
    """Compare two digits that the person chooses, at first the two most probable ones."""
    order = np.argsort(-probabilities)
    first, second = int(order[0]), int(order[1])
    others = [ANY_OTHER, *range(10)] if signed else [ANY_OTHER]
    with st.container(horizontal=True, gap="small"):
        digit = st.selectbox(_("Why"), range(10), index=first, key=f"inside_why_{first}")
        other = st.selectbox(
            _("rather than"),
            others,
            index=others.index(second) if signed else 0,
            format_func=localize_each(
                {ANY_OTHER: message("anything else"), **{each: str(each) for each in range(10)}}
            ),
            key=f"inside_rather_{second}_{signed}",
        )
    if other in (ANY_OTHER, digit):
        attribution, description = maps[digit], _("Why {digit}", digit=digit)
        if signed:
            legend = _("Evidence for {digit} is orange, evidence against it blue.", digit=digit)
        else:
            legend = _("Evidence for {digit} is orange.", digit=digit)
    else:
        attribution, description = (
            maps[digit] - maps[other],
            _("Why {digit} rather than {other}", digit=digit, other=other),
        )
        supported = _(
            "What supports {digit} more than {other} is orange, the opposite is blue.",
            digit=digit,
            other=other,
        )
        legend = join_sentences(supported, describe_difference(digit, int(other)))
    picture = overlay_attribution(image, attribution, float(np.abs(attribution).max()) or 1.0)
    st.html(picture_html(picture, description, width="min(100%, 20rem)"))
    st.caption(legend)


def _ten_html(image: np.ndarray, maps: np.ndarray, probabilities: np.ndarray, scale: float) -> str:
    return "".join(
        f'<figure class="map">'
        f"{_picture_html(image, maps[digit], scale, _('Attribution for {digit}', digit=digit))}"
        f"<figcaption><b>{digit}</b> {escape(format_probability(probabilities[digit]))}"
        "</figcaption></figure>"
        for digit in range(10)
    )


def _picture_html(
    image: np.ndarray, attribution: np.ndarray, scale: float, description: str
) -> str:
    return picture_html(overlay_attribution(image, attribution, scale), description)
