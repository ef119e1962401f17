"""The embedding: a PCA plot of the test images and the drawing in feature space."""

import base64
from functools import lru_cache
from html import escape
from pathlib import Path

import numpy as np
import streamlit as st

from mnist_core.inference.classifier import Classifier
from mnist_core.interpretability.nearest_neighbors import FeatureIndex
from mnist_core.interpretability.reduced_features import compute_reduced_features
from mnist_core.runs.model_registry import TrainedModel
from ui.formatting import format_percent
from ui.images import compose_sheet, data_uri, digit_html
from ui.inside.cached_results import Embedding, get_embedding
from ui.language import _, join_sentences
from ui.neighbors_view import describe_reduction
from ui.resources import get_classifier, get_data

MARGIN = 0.04
NEIGHBORS = 8
SHEET_COLUMNS = 100
COLORS = (
    "#4e79a7",
    "#d8720d",
    "#569c4c",
    "#e15759",
    "#8e6bbf",
    "#9c755f",
    "#d16c91",
    "#7f8c8d",
    "#a48a28",
    "#169aaf",
)

_FOLDER = Path(__file__).parent
_show = st.components.v2.component(
    "embedding",
    html=(
        '<div class="embedding" role="img"><canvas></canvas><figure hidden>'
        '<canvas width="28" height="28"></canvas></figure></div>'
    ),
    css=(_FOLDER / "embedding.css").read_text(),
    js=(_FOLDER / "embedding.js").read_text(),
    isolate_styles=False,
)


def show_embedding(model: TrainedModel, image: np.ndarray) -> None:
    """Show the test images as points, the digit among them, and its nearest neighbors.

    Args:
        model: The network.
        image: (28, 28) float32 in 0..1, the digit that is marked.
    """
    classifier, test = get_classifier(model), get_data().test
    embedding = get_embedding(model)
    features = compute_reduced_features(classifier, image[np.newaxis])
    explained = format_percent(float(embedding.projection.explained_variance.sum()))
    text = _(
        "The last hidden layer represents each image by {features} features. The plot shows the "
        "first two principal components (PCA) of the test images, which explain {explained} of "
        "the variance. Images that lie far apart look different to the network; images that lie "
        "close together may still differ in the other components.",
        features=f"{classifier.feature_count:,}",
        explained=escape(explained),
    )
    st.html(f'<p class="aside">{join_sentences(text, describe_reduction(classifier))}</p>')
    low, high = embedding.points.min(axis=0), embedding.points.max(axis=0)
    points = _scale_to_unit(embedding.points, low, high)
    with st.container(key="inside_embedding_frame"):
        _show(data=_prepare_plot(points, test.labels), key="inside_embedding")
        marked = _scale_to_unit(embedding.projection.apply(features), low, high)[0]
        x, y = np.clip(marked, 0, 1)
        st.html(
            f'<div class="embedding-mark" style="left:{x:.2%};top:{y:.2%}">'
            f"{digit_html(image, _('This digit in the plot'), '40px')}"
            f"<span>{_('This digit')}</span></div>"
        )
    _show_neighbors(classifier, embedding, features[0])


def _show_neighbors(classifier: Classifier, embedding: Embedding, features: np.ndarray) -> None:
    test = get_data().test
    nearest = FeatureIndex(embedding.features).query(features, NEIGHBORS).indices
    figures = "".join(
        f'<figure class="map">{digit_html(test.images[i], _("Test image {number}", number=i))}'
        f"<figcaption>{test.labels[i]}</figcaption></figure>"
        for i in nearest
    )
    text = _(
        "The nearest test images, by all {features} features, and their labels:",
        features=f"{classifier.feature_count:,}",
    )
    st.html(f'<p>{text}</p><div class="neighbors">{figures}</div>')


def _scale_to_unit(points: np.ndarray, low: np.ndarray, high: np.ndarray) -> np.ndarray:
    """Return points as fractions of the plot's width and height, from its upper left corner."""
    span = np.maximum(high - low, np.finfo(np.float32).tiny)
    fractions = MARGIN + (1 - 2 * MARGIN) * (points - low) / span
    return fractions * [1, -1] + [0, 1]


def _prepare_plot(points: np.ndarray, labels: np.ndarray) -> dict[str, object]:
    """Return what the browser draws: the points, their labels and all images in one sheet."""
    centers = [
        [int(digit), *points[labels == digit].mean(axis=0).tolist()] for digit in np.unique(labels)
    ]
    return {
        "points": base64.b64encode(np.rint(points * 65535).astype("<u2").tobytes()).decode(),
        "labels": base64.b64encode(labels.tobytes()).decode(),
        "centers": centers,
        "colors": list(COLORS),
        "columns": SHEET_COLUMNS,
        "sheet": _compose_sheet_uri(),
        "name": _("The test images as points, one color per digit"),
        "caption": _("{label} · test image {index}"),
    }


@lru_cache(maxsize=1)
def _compose_sheet_uri() -> str:
    """Return all test images in one picture, as a data URI."""
    return data_uri(compose_sheet(get_data().test.images, SHEET_COLUMNS, gap=0))
