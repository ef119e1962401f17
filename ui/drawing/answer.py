"""The answer beside the canvas: the digit, ten bars, and what the network received.

While the pen is down the browser answers by itself, with the same model and the same preparation
(`static/live`); after each stroke the server's answer takes its place. Whether the drawing is a
digit at all only the server says, and it stands until it says otherwise. Where the browser cannot
run the model, the server's answers are all there is.
"""

from pathlib import Path
from typing import Any

import numpy as np
import streamlit as st

from mnist_core.inference.classifier import Classifier
from mnist_core.inference.ood import OOD_MESSAGES
from ui.components.js_module import serve_module
from ui.images import data_uri
from ui.resources import get_ood_detector
from ui.state import CanvasKeys

_STYLE = Path(__file__).with_name("answer.css").read_text()


_show_answer = st.components.v2.component(
    "answer",
    html='<div class="answer"></div>',
    css=_STYLE,
    js=serve_module("answer.js"),
    isolate_styles=False,
)
_load_model = st.components.v2.component("model", js=serve_module("model.js"))


def load_in_browser(classifier: Classifier) -> None:
    """Hand a model over to the browser, for the answers while the pen is down."""
    _load_model(data=classifier.path.read_bytes(), key="live_model", height=0)


def show_answer(
    classifier: Classifier,
    image: np.ndarray | None,
    invitation: str,
    keys: CanvasKeys | None = None,
) -> None:
    """Show what the network says of a drawing.

    Args:
        classifier: The model that answers.
        image: (28, 28) float32 in 0..1, what it receives; None for a blank canvas.
        invitation: What stands there instead of an answer to a blank canvas.
        keys: The canvas whose pen is followed, where there is one.
    """
    data: dict[str, Any] = {
        "temperature": classifier.temperature,
        "invitation": invitation,
        "sure": "{percent} sure",
        "unsure": "{percent} sure, if it is one",
        "received": "What the network receives: 28\u00a0×\u00a028 pixels",
    }
    if keys is not None:
        data["frame"] = keys.frame
        # The browser may have answered since: a canvas emptied here must reach it all the same.
        data["edition"] = st.session_state[keys.start].get("edition")
    if image is not None:
        probabilities = classifier.probabilities(image[None])[0]
        data |= {
            "image": data_uri(image),
            "probabilities": probabilities.tolist(),
            "doubt": OOD_MESSAGES[get_ood_detector().classify(image)],
        }
    _show_answer(data=data, key=f"{keys.widget if keys else 'picture'}_answer")
