"""The prediction beside the canvas: the digit, ten bars, and the network's input.

During a stroke the browser classifies the drawing itself, with the same model and the same
preparation (`static/live`); after each stroke the server's prediction replaces it. Only the server
runs the out-of-distribution detector, whose last warning stays until its next result. If the
browser cannot run the model, there are only the server's predictions.
"""

from pathlib import Path
from typing import Any

import numpy as np
import streamlit as st

from mnist_core.inference.classifier import Classifier
from mnist_core.inference.ood import OOD_MESSAGES
from mnist_core.messages import message
from ui.components.js_module import serve_module
from ui.formatting import list_percent_texts
from ui.images import data_uri
from ui.language import localize
from ui.resources import get_ood_detector
from ui.state import CanvasKeys

_STYLE = Path(__file__).with_name("answer.css").read_text()

SURE = message("{probability} sure")
UNSURE = message("If it is a digit: {digit} ({probability})")
INPUT_CAPTION = message("The network’s input: 28\u00a0×\u00a028 pixels")

_show_answer = st.components.v2.component(
    "answer",
    html='<div class="answer"></div>',
    css=_STYLE,
    js=serve_module("answer.js"),
    isolate_styles=False,
)
_load_model = st.components.v2.component("model", js=serve_module("model.js"))


def load_in_browser(classifier: Classifier) -> None:
    """Send a model to the browser, for predictions during a stroke."""
    _load_model(data=classifier.graph, key="live_model", height=0)


def show_answer(
    classifier: Classifier,
    image: np.ndarray | None,
    invitation: str,
    keys: CanvasKeys | None = None,
) -> None:
    """Show the prediction for a drawing.

    Args:
        classifier: The model.
        image: Its input, (28, 28) float32 in 0..1; None for a blank canvas.
        invitation: The sentence shown for a blank canvas.
        keys: The canvas whose strokes the browser classifies, if there is one.
    """
    data: dict[str, Any] = {
        "temperature": classifier.temperature,
        "invitation": invitation,
        "sure": localize(SURE),
        "unsure": localize(UNSURE),
        "caption": localize(INPUT_CAPTION),
        "percent": list_percent_texts(),
    }
    if keys is not None:
        data["frame"] = keys.frame
        # Makes the data differ from the previous data, so that clearing the canvas also clears a
        # prediction that the browser has made since.
        data["edition"] = st.session_state[keys.start].get("edition")
    if image is not None:
        probabilities = classifier.probabilities(image[None])[0]
        data |= {
            "image": data_uri(image),
            "probabilities": probabilities.tolist(),
            "warning": localize(OOD_MESSAGES[get_ood_detector().classify(image)]),
        }
    _show_answer(data=data, key=f"{keys.widget if keys else 'picture'}_answer")
