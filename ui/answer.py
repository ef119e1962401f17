"""The answer beside the canvas: the digit, ten bars, and what the network received.

While the pen is down the browser answers by itself, with the same model and the same preparation
(`static/live`); after each stroke the server's answer takes its place. Where the browser cannot
run the model, the server's answers are all there is.
"""

from pathlib import Path
from typing import Any

import numpy as np
import streamlit as st

from mnist_core.classifier import Classifier
from ui.digits import data_uri
from ui.state import CanvasKeys

_STYLE = Path(__file__).with_name("answer.css").read_text()


def _module(name: str) -> str:
    """Return a component's script: it hands over to a module that the app serves."""
    return f"""
const module = import(new URL("./app/static/live/{name}", document.baseURI));
export default ({{ data, parentElement }}) => {{
  let mounted = true;
  module.then((live) => mounted && live.show(parentElement, data));
  return () => {{
    mounted = false;
    module.then((live) => live.remove(parentElement));
  }};
}};
"""


_show_answer = st.components.v2.component(
    "answer",
    html='<div class="answer"></div>',
    css=_STYLE,
    js=_module("answer.js"),
    isolate_styles=False,
)
_load_model = st.components.v2.component("model", js=_module("model.js"))


def load_in_browser(classifier: Classifier) -> None:
    """Hand a model over to the browser, for the answers while the pen is down."""
    _load_model(data=classifier.path.read_bytes(), key="live_model", height=0)


def show_answer(
    keys: CanvasKeys,
    classifier: Classifier,
    image: np.ndarray | None,
    probabilities: np.ndarray | None,
    note: str,
) -> None:
    """Show what the network says of a drawing.

    Args:
        keys: The canvas whose pen is followed.
        classifier: The model that answers.
        image: (28, 28) float32 in 0..1, what it received; None for a blank canvas.
        probabilities: (10,) float32; None for a blank canvas.
        note: A sentence under the digit.
    """
    data: dict[str, Any] = {
        "canvas": keys.widget,
        "temperature": classifier.temperature,
        "blank": "Draw a digit from 0 to 9",
        "sure": "{percent} sure",
        "received": "What the network receives: 28 × 28 pixels",
        "note": note,
        # The browser may have answered since: a canvas emptied here must reach it all the same.
        "edition": st.session_state[keys.start].get("edition"),
    }
    if image is not None and probabilities is not None:
        data |= {"image": data_uri(image), "probabilities": probabilities.tolist()}
    _show_answer(data=data, key=f"{keys.widget}_answer")
