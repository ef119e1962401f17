"""Pixels that fit a model from a file: what it was trained on, and an offer to convert them."""

from collections.abc import Mapping
from pathlib import Path

import streamlit as st

from mnist_core.evaluation.input_scale import SCALES, ScaleCheck, check_scale
from mnist_core.inference.classifier import Classifier
from mnist_core.inference.input_rescaling import find_rescaling
from mnist_core.messages import message
from mnist_core.runs.model_registry import TrainedModel, rescale_loaded
from ui.formatting import escape_markdown, format_percent
from ui.language import LaterText, _, localize
from ui.resources import get_classifier, get_data

OFFERS: Mapping[str, str] = {
    "raw": message(
        "“{title}” classifies {now} of {count} training images correctly, and {then} when it gets "
        "pixels from 0 to 255. It was probably trained on such pixels."
    ),
    "symmetric": message(
        "“{title}” classifies {now} of {count} training images correctly, and {then} when it gets "
        "pixels from −1 to 1. It was probably trained on such pixels."
    ),
    "standardized": message(
        "“{title}” classifies {now} of {count} training images correctly, and {then} with better "
        "probabilities when it gets standardized pixels (mean 0, standard deviation 1). It was "
        "probably trained on such pixels."
    ),
    "inverted": message(
        "“{title}” classifies {now} of {count} training images correctly, and {then} when it gets "
        "black digits on white. It was probably trained on such images."
    ),
    "raw_inverted": message(
        "“{title}” classifies {now} of {count} training images correctly, and {then} when it gets "
        "black digits on white, from 0 to 255. It was probably trained on such images."
    ),
}
BUTTONS: Mapping[str, str] = {
    "raw": message("Give it pixels from 0 to 255"),
    "symmetric": message("Give it pixels from −1 to 1"),
    "standardized": message("Give it standardized pixels"),
    "inverted": message("Give it black digits on white"),
    "raw_inverted": message("Give it black digits on white, 0 to 255"),
}
APPLIED: Mapping[str, str] = {
    "raw": message("“{title}” gets pixels from 0 to 255: its first layer multiplies them by 255."),
    "symmetric": message("“{title}” gets pixels from −1 to 1: its first layer converts them."),
    "standardized": message("“{title}” gets standardized pixels: its first layer converts them."),
    "inverted": message(
        "“{title}” gets black digits on white: its first layer inverts the pixels."
    ),
    "raw_inverted": message(
        "“{title}” gets black digits on white, from 0 to 255: its first layer converts the pixels."
    ),
}
NOTHING_FITS = message(
    "“{title}” classifies only {now} of {count} training images correctly, with pixels from 0 to "
    "1 or from 0 to 255, white or black. It may be untrained, or trained on other images."
)


def show_scale_offer(model: TrainedModel) -> None:
    """Show which pixels a model from a file gets, and offer others if those fit better."""
    classifier = get_classifier(model)
    title = escape_markdown(localize(model.title))
    applied = find_rescaling(classifier.layers)
    if applied is not None:
        scale = next(s for s in SCALES.values() if (s.scale, s.offset) == applied)
        with st.container(horizontal=True, vertical_alignment="center"):
            st.caption(_(APPLIED[scale.id], title=title), width="stretch")
            if st.button(_("Undo"), icon=":material/undo:", key=f"train_unscale_{model.id}"):
                _apply(model, "unit")
        return
    check = _check(model.path, model.modified, classifier)
    best = check.best.id
    values = {
        "title": title,
        "count": check.count,
        "now": format_percent(check.accuracies["unit"]),
        "then": format_percent(check.accuracies[best]),
    }
    if not check.fits:
        st.warning(_(NOTHING_FITS, **values), icon=":material/help:")
    elif best != "unit":
        st.info(_(OFFERS[best], **values), icon=":material/tune:")
        if st.button(localize(BUTTONS[best]), type="primary", key=f"train_scale_{model.id}"):
            _apply(model, best)


def _apply(model: TrainedModel, scale_id: str) -> None:
    rescale_loaded(model, SCALES[scale_id])
    st.rerun()


@st.cache_data(
    max_entries=64,
    show_spinner=LaterText(message("Trying the model on a few hundred training images…")),
)
def _check(path: Path, modified: int, _classifier: Classifier) -> ScaleCheck:
    return check_scale(_classifier, get_data().train)
