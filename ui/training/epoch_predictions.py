"""The same digits read after the latest epochs: hard ones, and the person's own drawing."""

from html import escape

import numpy as np
import streamlit as st

from mnist_core.inference.classifier import ModelError
from mnist_core.preprocessing.scaling import as_float
from mnist_core.runs.model_registry import default_model, trained_model
from mnist_core.runs.snapshot import RunSnapshot
from ui.formatting import format_percent
from ui.images import data_uri
from ui.resources import get_classifier, get_data, get_drawing, get_evaluation

ROWS = 6
SURE = 0.9
STYLE = """<style>
.rereadings { overflow-x: auto; }
.rereadings table { border-collapse: collapse; width: 100%; min-width: 44rem; }
.rereadings th, .rereadings td { text-align: center; padding: 0.2rem; font-weight: 400;
  font-size: 0.8rem; border: 0; white-space: nowrap; }
.rereadings th:first-child { text-align: left; }
.rereadings img { width: 2.75rem; margin: 0 auto; }
.rereadings b { font-size: 1.05rem; }
.rereadings .wrong { opacity: 0.6; }
.rereadings .own { border-left: 2px solid currentColor; }
</style>"""


def show_rereadings(snapshot: RunSnapshot) -> None:
    """Show how hard digits and a drawing were read after the latest epochs.

    The drawing is the person's last one, or else that with which the run was asked for.
    The ten hard digits, one of each kind, are test images that the default network reads rightly
    but not surely. They are shown, and nothing is chosen by them.
    """
    indices = _choose_hard_digits()
    split = get_data().test
    images, truths = as_float(split.images[indices]), split.labels[indices]
    own = get_drawing()
    drawing = snapshot.run.read_drawing() if own is None else own
    if drawing is not None:
        images = np.concatenate([images, drawing[None]])
    model = trained_model(snapshot)
    rows = []
    for epoch in snapshot.saved_epochs[-ROWS:]:
        try:
            rows.append((epoch, get_classifier(model.at_epoch(epoch)).probabilities(images)))
        except ModelError:
            continue  # thinned out or damaged meanwhile
    if drawing is not None and rows:
        st.markdown(_describe_drawing(rows, is_own=own is not None))
    st.html(STYLE + _make_table(images, truths, rows))
    if drawing is None:
        st.caption("Draw a digit on the Draw page, and it will be read here as well.")


@st.cache_data(show_spinner=False)
def _choose_hard_digits() -> np.ndarray:
    evaluation = get_evaluation(default_model())
    labels = evaluation.labels
    given = evaluation.probabilities[np.arange(len(labels)), labels]
    return np.array(
        [
            np.flatnonzero(labels == digit)[np.abs(given[labels == digit] - SURE).argmin()]
            for digit in np.unique(labels)
        ]
    )


def _describe_drawing(rows: list[tuple[int, np.ndarray]], is_own: bool) -> str:
    readings = ", ".join(
        f"epoch {epoch}: **{answers[-1].argmax()}** at {format_percent(answers[-1].max())}"
        for epoch, answers in rows
    )
    if is_own:
        return f"Your drawing, as it was read after the epochs below: {readings}."
    return f"This run’s drawing, as it was read after the epochs below: {readings}."


def _make_table(images: np.ndarray, truths: np.ndarray, rows: list[tuple[int, np.ndarray]]) -> str:
    head = "<th scope='col'>Hard test digits</th>"
    for image, truth in zip(images, truths, strict=False):
        head += (
            f"<th scope='col'><img class='digit' src='{data_uri(image)}' alt='Digit {truth}'></th>"
        )
    if len(images) > len(truths):
        head += (
            f"<th scope='col' class='own'><img class='digit' src='{data_uri(images[-1])}' "
            "alt='The drawing'></th>"
        )
    body = ""
    for epoch, answers in reversed(rows):
        cells = ""
        for index, answer in enumerate(answers):
            digit, share = answer.argmax(), escape(format_percent(answer.max()))
            own = index >= len(truths)
            right = own or digit == truths[index]
            mark = "" if own else (" ✓" if right else " ✗")
            kind = "own" if own else ("right" if right else "wrong")
            cells += f"<td class='{kind}'><b>{digit}</b>{mark}<br>{share}</td>"
        body += f"<tr><th scope='row'>After epoch {epoch}</th>{cells}</tr>"
    return (
        "<div class='rereadings' tabindex='0'><table>"
        f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>"
    )
