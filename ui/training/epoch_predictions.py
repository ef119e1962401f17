"""Predictions by epoch for ten hard test digits and the last drawing."""

from collections.abc import Sequence
from html import escape

import numpy as np
import streamlit as st

from mnist_core.inference.classifier import ModelError
from mnist_core.preprocessing.scaling import as_float
from mnist_core.runs.model_registry import default_model, trained_model
from mnist_core.runs.snapshot import RunSnapshot
from mnist_core.runs.trained_model import list_untrained
from ui.formatting import format_list, format_probability
from ui.images import data_uri
from ui.language import _
from ui.resources import get_classifier, get_data, get_drawing, get_evaluation

ROWS = 6
HARD_PROBABILITY = 0.9
STYLE = """<style>
.epoch-predictions { overflow-x: auto; }
.epoch-predictions table { border-collapse: collapse; width: 100%; min-width: 44rem; }
.epoch-predictions th, .epoch-predictions td { text-align: center; padding: 0.2rem;
  font-weight: 400;
  font-size: 0.8rem; border: 0; white-space: nowrap; }
.epoch-predictions th:first-child { text-align: left; }
.epoch-predictions img { width: 2.75rem; margin: 0 auto; }
.epoch-predictions b { font-size: 1.05rem; }
.epoch-predictions .wrong { opacity: 0.65; }
.epoch-predictions .own { border-left: 2px solid currentColor; font-weight: 600; }
</style>"""

EpochProbabilities = tuple[int, np.ndarray]
"""An epoch, 0 for before the training, and the probabilities after it, (n, 10)."""


def show_epoch_predictions(snapshot: RunSnapshot) -> None:
    """Show the predictions after the latest epochs for ten hard test digits and a drawing.

    The drawing is the person's last one, or else the one that was stored with the run. The hard
    digits, one per class, are the test images whose correct class gets a probability nearest to
    90 % from the default network. They are only shown; nothing is selected by them.
    """
    indices = _choose_hard_digits()
    split = get_data().test
    images, labels = as_float(split.images[indices]), split.labels[indices]
    own = get_drawing()
    drawing = snapshot.run.read_drawing() if own is None else own
    if drawing is not None:
        images = np.concatenate([images, drawing[None]])
    model = trained_model(snapshot)
    rows: list[EpochProbabilities] = []
    saved = [model.at_epoch(epoch) for epoch in snapshot.saved_epochs[-ROWS:]]
    for each in [*list_untrained(snapshot.run), *saved]:
        try:
            rows.append((each.epoch or 0, get_classifier(each).probabilities(images)))
        except ModelError:
            continue  # pruned or damaged in the meantime
    if drawing is not None and rows:
        st.markdown(_describe_drawing(rows, is_own=own is not None))
    own_title = _("This run’s drawing") if own is None else _("Your drawing")
    st.html(STYLE + _make_table(images, labels, rows, own_title))
    if drawing is None:
        st.caption(_("Draw a digit on the Draw page to see its predictions here as well."))


@st.cache_data(show_spinner=False)
def _choose_hard_digits() -> np.ndarray:
    evaluation = get_evaluation(default_model())
    labels = evaluation.labels
    correct = evaluation.probabilities[np.arange(len(labels)), labels]
    return np.array(
        [
            np.flatnonzero(labels == digit)[
                np.abs(correct[labels == digit] - HARD_PROBABILITY).argmin()
            ]
            for digit in np.unique(labels)
        ]
    )


def _describe_drawing(rows: Sequence[EpochProbabilities], is_own: bool) -> str:
    predictions = format_list(
        _format_prediction(epoch, probabilities[-1]) for epoch, probabilities in rows
    )
    if is_own:
        return _("Predictions for your drawing: {predictions}.", predictions=predictions)
    return _("Predictions for the drawing of this run: {predictions}.", predictions=predictions)


def _format_prediction(epoch: int, probabilities: np.ndarray) -> str:
    digit, probability = probabilities.argmax(), format_probability(probabilities.max())
    if epoch == 0:
        return _(
            "before training: **{digit}** ({probability})", digit=digit, probability=probability
        )
    return _(
        "epoch {epoch}: **{digit}** ({probability})",
        epoch=epoch,
        digit=digit,
        probability=probability,
    )


def _make_table(
    images: np.ndarray, labels: np.ndarray, rows: Sequence[EpochProbabilities], own_title: str
) -> str:
    """Return the table; images without a label are drawings, under the given title."""
    head = f"<th scope='col'>{_('Hard test digits')}</th>"
    for image, label in zip(images, labels, strict=False):
        head += f"<th scope='col'><img class='digit' src='{data_uri(image)}' alt=''>{label}</th>"
    if len(images) > len(labels):
        head += (
            f"<th scope='col' class='own'><img class='digit' src='{data_uri(images[-1])}' alt=''>"
            f"{own_title}</th>"
        )
    body = ""
    for epoch, probabilities in reversed(rows):
        cells = "".join(
            _make_cell(row, labels[index] if index < len(labels) else None)
            for index, row in enumerate(probabilities)
        )
        title = _("After epoch {epoch}", epoch=epoch) if epoch else _("Before training")
        body += f"<tr><th scope='row'>{title}</th>{cells}</tr>"
    return (
        '<div class="epoch-predictions" role="region" tabindex="0" '
        f'aria-label="{_("Predictions by epoch")}"><table>'
        f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>"
    )


def _make_cell(probabilities: np.ndarray, label: int | None) -> str:
    """Return a table cell with the predicted digit; without a label for the drawing."""
    digit, probability = probabilities.argmax(), escape(format_probability(probabilities.max()))
    if label is None:
        kind, mark = "own", ""
    elif digit == label:
        kind, mark = "right", " ✓"
    else:
        kind, mark = "wrong", " ✗"
    return f"<td class='{kind}'><b>{digit}</b>{mark}<br>{probability}</td>"
