"""The nearest training digits in the space of the last hidden layer."""

import numpy as np
import streamlit as st

from mnist_core.inference.classifier import Classifier
from mnist_core.interpretability.reduced_features import MAX_FEATURES, compute_reduced_features
from mnist_core.runs.model_registry import TrainedModel
from ui.formatting import format_percent
from ui.images import digit_html
from ui.language import _, join_sentences, localize
from ui.layout import error_boundary
from ui.neighbor_index import IndexBuild, get_index
from ui.resources import get_classifier, get_data, get_evaluation

NEIGHBORS = 12
POLL_SECONDS = 0.7


def show_neighbors(model: TrainedModel, image: np.ndarray) -> None:
    """Show the training digits nearest to an image, by features of the last hidden layer.

    Args:
        model: The network.
        image: (28, 28), float32 in 0..1 or uint8 in 0..255.
    """
    build = get_index(model, get_evaluation(model).digest)
    if not build.is_running:
        _show(build, model, image)
        return

    @st.fragment(run_every=POLL_SECONDS)
    @error_boundary()
    def wait() -> None:
        if not build.is_running:
            st.rerun()
        percent = format_percent(build.fraction, 0)
        st.progress(
            build.fraction,
            _(
                "Computing the features of all 60,000 training images, once per model: {percent}",
                percent=percent,
            ),
        )

    wait()


def describe_reduction(classifier: Classifier) -> str:
    """Return a sentence about the projection of very many features, "" if there is none."""
    if classifier.feature_count <= MAX_FEATURES:
        return ""
    return _(
        "To save memory, the {features:,} features are reduced to {count:,} by a random "
        "projection, which changes distances by about 2 %.",
        features=classifier.feature_count,
        count=MAX_FEATURES,
    )


def _show(build: IndexBuild, model: TrainedModel, image: np.ndarray) -> None:
    if build.problem is not None:
        st.info(localize(str(build.problem)), icon=":material/info:")
        return
    if build.index is None:
        st.info(
            _(
                "The training digits could not be searched; see the app’s log for the reason. "
                "Restart the app to try again."
            ),
            icon=":material/info:",
        )
        return
    data = get_data()
    classifier = get_classifier(model)
    features = compute_reduced_features(classifier, image[np.newaxis])[0]
    found = build.index.query(features, NEIGHBORS)
    labels = data.train.labels[found.indices]
    commonest = int(np.bincount(labels, minlength=10).argmax())
    count = int((labels == commonest).sum())
    text = _(
        "The nearest of the 60,000 training digits, by Euclidean distance between their "
        "{features} features in the last hidden layer. {count} of {total} are labeled {digit}.",
        features=f"{classifier.feature_count:,}",
        count=count,
        total=len(labels),
        digit=commonest,
    )
    st.html(f'<p class="note">{join_sentences(text, describe_reduction(classifier))}</p>')
    figures = "".join(
        f"<figure>{digit_html(data.train.images[i], _('Training image {index}', index=i))}"
        f"<figcaption><b>{data.train.labels[i]}</b>"
        f"<small>{_('distance {distance:.1f}', distance=distance)}</small></figcaption></figure>"
        for i, distance in zip(found.indices, found.distances, strict=True)
    )
    st.html(f'<div class="nearest">{figures}</div>')
