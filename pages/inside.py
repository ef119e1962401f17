"""Inside the network: follow a digit through every layer."""

from pathlib import Path

import numpy as np
import streamlit as st

from mnist_core.datasets.mnist import Split
from mnist_core.interpretability.activations import LayerActivation, trace_layers
from mnist_core.messages import message
from mnist_core.preprocessing.scaling import as_float
from ui import state
from ui.components.received import read_number
from ui.drawing.current_drawing import draw_digit
from ui.epoch_picker import pick_epoch
from ui.formatting import escape_markdown
from ui.images import digit_html
from ui.inside.attribution_view import show_attribution
from ui.inside.cached_results import get_seconds
from ui.inside.embedding_view import show_embedding
from ui.inside.filters_by_epoch_view import show_filters_by_epoch
from ui.inside.layer_view import show_all_layers, show_layer
from ui.inside.network_overview import Stage, find_stage, list_stages, show_overview
from ui.inside.top_activations_view import show_top_activations
from ui.language import _, localize_each
from ui.layout import error_boundary, show_heading
from ui.learn.back_link import show_learn_link
from ui.model_picker import pick_model
from ui.resources import get_classifier, get_data

SOURCES = {"drawing": message("Drawing"), "test": message("Test"), "train": message("Training")}

st.html(Path(__file__).parents[1] / "ui" / "inside" / "page.css")
title, choice = st.columns([1, 1.1], vertical_alignment="bottom")
with title:
    show_heading(_("Inside"), _("Follow a digit through every layer."))
with choice, st.container(horizontal=True, gap="medium", vertical_alignment="bottom"):
    model = pick_epoch(pick_model(_("Network")))
classifier = get_classifier(model)
stages = list_stages(classifier)


def choose_stage(name: str) -> None:
    st.session_state[state.INSIDE_STAGE] = name


def choose_linked_image() -> None:
    """Show the image that the address names, once."""
    source, image = st.query_params.pop("split", ""), st.query_params.pop("image", "")
    splits = {"test": get_data().test, "train": get_data().train}
    if source not in splits:
        return
    index = read_number(image, 0, len(splits[source].labels) - 1)
    if index is not None:
        st.session_state["inside_source"] = source
        st.session_state[index_key(splits[source])] = index


def index_key(split: Split) -> str:
    return f"inside_index_{len(split.labels)}"


def pick_image() -> tuple[np.ndarray, int | None]:
    source = st.segmented_control(
        _("Digit"),
        list(SOURCES),
        format_func=localize_each(SOURCES),
        default="drawing",
        key="inside_source",
        label_visibility="collapsed",
        required=True,
    )
    if source == "drawing":
        return draw_digit()
    data = get_data()
    split = data.test if source == "test" else data.train
    picture = st.empty()
    last = len(split.labels) - 1
    index = st.number_input(_("Image, 0 to {last:,}", last=last), 0, last, key=index_key(split))
    picture.html(digit_html(split.images[index], _("Image {index}", index=index)))
    st.caption(_("Its label is {label}.", label=split.labels[index]))
    return as_float(split.images[index]), int(split.labels[index])


def pick_part(stage: Stage) -> str:
    names = [layer.name for layer in stage.layers]
    if len(names) == 1:
        return names[0]
    return st.segmented_control(
        _("Layer"),
        names,
        format_func=escape_markdown,  # a file may have any printable names
        default=names[0],
        key=f"inside_{classifier.name}_{stage.name}_part",
        label_visibility="collapsed",
        required=True,
    )


@st.fragment
def look_inside() -> None:
    with error_boundary():
        with st.container(horizontal=True, gap="medium"):
            with st.container(width=252, key="inside_digit"):
                image, label = pick_image()
            activations = trace_layers(classifier, image)
            with st.container(key="inside_overview_frame"):
                stage = show_stages(image, activations)
                st.caption(
                    _(
                        "Choose a layer to see what it does to this digit. Rows, columns, maps "
                        "and units are counted from 0, as in Python."
                    )
                )
                show_learn_link("network")
        look_closer(image, label, activations, stage)


def show_stages(image: np.ndarray, activations: list[LayerActivation]) -> Stage:
    stage = find_stage(stages, st.session_state.get(state.INSIDE_STAGE))
    outputs = {activation.layer.name: activation.output for activation in activations}
    probabilities = classifier.probabilities(image[np.newaxis])[0]
    show_overview(stages, image, outputs, probabilities, stage, choose_stage, key="inside_overview")
    return stage


def look_closer(
    image: np.ndarray, label: int | None, activations: list[LayerActivation], stage: Stage
) -> None:
    part_of_stage = [activation for activation in activations if activation.layer in stage.layers]
    layer, attribution, top_activations, embedding, training = st.tabs(
        [_("Layer"), _("Attribution"), _("Top activations"), _("Embedding"), _("By epoch")],
        on_change="rerun",
        key="inside_tab",
    )
    if layer.open:
        with layer:
            picked = pick_part(stage)
            activation = next(each for each in part_of_stage if each.layer.name == picked)
            show_layer(classifier, part_of_stage, activation, get_seconds(model), label)
            with st.expander(_("All layers in a table")):
                show_all_layers(classifier, get_seconds(model))
    if attribution.open:
        with attribution:
            show_attribution(classifier, image)
    if top_activations.open:
        with top_activations:
            show_top_activations(model, part_of_stage)
    if embedding.open:
        with embedding:
            show_embedding(model, image)
    if training.open:
        with training:
            show_filters_by_epoch(model)


choose_linked_image()
look_inside()
