"""The map: where the test images and the drawing lie by what the network makes of them."""

import base64
from functools import lru_cache
from pathlib import Path

import numpy as np
import streamlit as st

from mnist_core.interpretability.nearest_neighbors import FeatureIndex
from mnist_core.runs.model_registry import TrainedModel
from ui.formatting import format_percent
from ui.images import compose_sheet, data_uri, digit_html
from ui.inside.cached_results import FeatureMap, get_feature_map
from ui.resources import get_classifier, get_data

MARGIN = 0.04
NEIGHBOURS = 8
SHEET_COLUMNS = 100
COLOURS = (
    "#4e79a7",
    "#f28e2b",
    "#59a14f",
    "#e15759",
    "#8e6bbf",
    "#9c755f",
    "#d37295",
    "#7f8c8d",
    "#b6992d",
    "#17a2b8",
)

_FOLDER = Path(__file__).parent
_show = st.components.v2.component(
    "feature_map",
    html=(
        '<div class="feature-map" role="img" aria-label="The test images as points, each digit '
        'in a color of its own"><canvas></canvas><figure hidden>'
        '<canvas width="28" height="28"></canvas></figure></div>'
    ),
    css=(_FOLDER / "embedding.css").read_text(),
    js=(_FOLDER / "embedding.js").read_text(),
    isolate_styles=False,
)


def show_feature_map(model: TrainedModel, image: np.ndarray) -> None:
    """Show the test images as points, the digit among them, and its nearest neighbors.

    Args:
        model: The network.
        image: (28, 28) float32 in 0..1, the digit that is marked.
    """
    classifier, test = get_classifier(model), get_data().test
    ground = get_feature_map(model)
    features = classifier.features(image[np.newaxis])
    width = ground.features.shape[1]
    shown = float(ground.projection.explained_variance.sum())
    st.html(
        f'<p class="aside">Before the logits the network knows each image by {width} numbers. Here '
        "they are laid flat by principal component analysis, along the two directions in which "
        f"the {len(test.labels):,} test images differ most; these hold {format_percent(shown)} "
        f"of all "
        "differences. The network never sees this map, but what lies together looks alike to it."
        "</p>"
    )
    low, high = ground.points.min(axis=0), ground.points.max(axis=0)
    places = _to_unit(ground.points, low, high)
    with st.container(key="inside_map_frame"):
        _show(data=_ground(places, test.labels), key="inside_map")
        x, y = np.clip(_to_unit(ground.projection.apply(features), low, high)[0], 0, 1)
        st.html(
            f'<div class="map-mark" style="left:{x:.2%};top:{y:.2%}">'
            f"{digit_html(image, 'Your digit on the map', '40px')}</div>"
        )
    _show_neighbors(ground, features[0])


def _show_neighbors(ground: FeatureMap, features: np.ndarray) -> None:
    test = get_data().test
    nearest = FeatureIndex(ground.features).query(features, NEIGHBOURS).indices
    figures = "".join(
        f'<figure class="map">{digit_html(test.images[i], f"Test image {i}")}'
        f"<figcaption>{test.labels[i]}</figcaption></figure>"
        for i in nearest
    )
    st.html(
        f"<p>Its nearest neighbors by all {features.size} numbers, and their labels:</p>"
        f'<div class="neighbors">{figures}</div>'
    )


def _to_unit(points: np.ndarray, low: np.ndarray, high: np.ndarray) -> np.ndarray:
    """Return where points lie on the picture: shares of its width and height, from above."""
    span = np.maximum(high - low, np.finfo(np.float32).tiny)
    shares = MARGIN + (1 - 2 * MARGIN) * (points - low) / span
    return shares * [1, -1] + [0, 1]


def _ground(places: np.ndarray, labels: np.ndarray) -> dict[str, object]:
    """Return what the browser draws: the points, their labels and all images in one sheet."""
    centers = [
        [int(digit), *places[labels == digit].mean(axis=0).tolist()] for digit in np.unique(labels)
    ]
    return {
        "points": base64.b64encode(np.rint(places * 65535).astype("<u2").tobytes()).decode(),
        "labels": base64.b64encode(labels.tobytes()).decode(),
        "centers": centers,
        "colors": list(COLOURS),
        "columns": SHEET_COLUMNS,
        "sheet": _sheet(),
    }


@lru_cache(maxsize=1)
def _sheet() -> str:
    """Return all test images in one picture, as an address."""
    return data_uri(compose_sheet(get_data().test.images, SHEET_COLUMNS, gap=0))
