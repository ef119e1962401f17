"""How a network grows: its first filters and its confusion matrix after each epoch."""

from __future__ import annotations

from html import escape
from pathlib import Path

import numpy as np
import streamlit as st

from mnist_core.datasets.mnist import Split
from mnist_core.evaluation.evaluation import Evaluation
from mnist_core.inference.classifier import Classifier, ModelError
from mnist_core.messages import message
from mnist_core.runs.model_registry import trained_model
from mnist_core.runs.snapshot import RunSnapshot
from mnist_core.training.trainer import split_validation
from ui.formatting import format_percent
from ui.images import GAP, color_signed, compose_maps, picture_html
from ui.language import _, localize
from ui.resources import get_data

MAX_EPOCHS_SHOWN = 6
MAX_IMAGES = 2_000
CAPTION = message(
    "At the top, the weights of the first convolution, if the network has one (white is positive, "
    "blue is negative). Below, the confusion matrix on up to 2,000 validation images, or training "
    "images where there are none; rows are labels, columns are predictions, from 0. Only mistakes "
    "are drawn: the brighter, the more."
)


def show_growth(snapshot: RunSnapshot) -> None:
    """Show filters and confusion matrices of the saved epochs, evenly spread over the run."""
    if not snapshot.saved_epochs:
        return
    growth = st.expander(
        _("Filters and mistakes as they grow"),
        icon=":material/grain:",
        on_change="rerun",
        key=f"train_growth_{snapshot.id}",
    )
    if not growth.open:
        return
    with growth:
        fraction = snapshot.config.validation_fraction
        epochs = trained_model(snapshot).sample_epochs(MAX_EPOCHS_SHOWN)
        figures = [_make_figure(snapshot, epoch, fraction) for epoch in epochs]
        st.html(f'<div class="growth">{"".join(figures)}</div>')
        st.caption(localize(CAPTION))


def _make_figure(snapshot: RunSnapshot, epoch: int, fraction: float) -> str:
    path = snapshot.run.epoch_model_path(epoch)
    try:
        filters, confusion = _measure(path, path.stat().st_mtime_ns, fraction)
    except (ModelError, OSError):
        return ""
    correct = format_percent(np.trace(confusion) / confusion.sum())
    caption = _("Epoch {epoch}: {correct} correct", epoch=epoch, correct=correct)
    pictures = [
        picture_html(
            _draw_mistakes(confusion), _("Confusion matrix after epoch {epoch}", epoch=epoch)
        )
    ]
    if filters is not None:
        pictures.insert(
            0, picture_html(filters, _("First filters after epoch {epoch}", epoch=epoch))
        )
    return f"<figure>{''.join(pictures)}<figcaption>{escape(caption)}</figcaption></figure>"


@st.cache_data(max_entries=200, show_spinner=False)
def _measure(path: Path, modified: int, fraction: float) -> tuple[np.ndarray | None, np.ndarray]:
    """Return a picture of the first filters, if the network has any, and the confusion matrix."""
    classifier = Classifier.load(path)
    training, validation = split_validation(get_data().train, fraction)
    split: Split = validation if len(validation.labels) else training
    images, labels = split.images[:MAX_IMAGES], split.labels[:MAX_IMAGES]
    evaluation = Evaluation(labels, classifier.probabilities(images))
    filters = classifier.first_filters
    return None if filters is None else compose_maps(filters), evaluation.confusion


def _draw_mistakes(confusion: np.ndarray) -> np.ndarray:
    mistakes = confusion.astype(np.float32)
    np.fill_diagonal(mistakes, 0)
    picture = color_signed(np.sqrt(mistakes / max(1.0, float(mistakes.max()))))
    np.einsum("iic->ic", picture)[:] = GAP  # the diagonal, where there are no mistakes
    return picture
