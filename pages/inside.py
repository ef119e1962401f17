"""Inside the network: watch a digit travel through it, layer by layer."""

from pathlib import Path

import numpy as np
import streamlit as st

from mnist_core.drawing import prepare_drawing
from mnist_core.passage import follow
from ui import state
from ui.canvas import show_canvas
from ui.digits import digit_html
from ui.epoch_slider import pick_epoch
from ui.exemplars_view import show_exemplars
from ui.feature_map_view import show_feature_map
from ui.inside_data import get_seconds
from ui.journey import list_stages, show_journey
from ui.layer_view import show_all_layers, show_layer
from ui.layout import show_heading
from ui.model_picker import pick_model
from ui.reasons_view import show_reasons
from ui.resources import get_classifier, get_data
from ui.training_view import show_training

st.html(Path(__file__).parents[1] / "ui" / "inside.css")
title, choice = st.columns([1.6, 1], vertical_alignment="bottom")
with title:
    show_heading("Inside", "Your digit travels through the network, layer by layer.")
with choice:
    model = pick_epoch(pick_model("Network to look into"))
classifier = get_classifier(model)
stages = list_stages(classifier)


def choose_stage(name: str) -> None:
    st.session_state[state.INSIDE_STAGE] = name


def pick_image() -> tuple[np.ndarray, int | None]:
    source = st.segmented_control(
        "Digit",
        ["Your drawing", "Test image"],
        default="Your drawing",
        key="inside_source",
        label_visibility="collapsed",
        required=True,
    )
    test = get_data().test
    if source == "Your drawing":
        image = prepare_drawing(show_canvas(state.DIGIT_CANVAS))
        if image is not None:
            return image, None
        st.caption("Draw a digit here. Until then the first test image travels, a 7.")
        index = 0
    else:
        index = st.session_state.get("inside_index", 0)
        st.html(digit_html(test.images[index], f"Test image {index}"))
        index = st.number_input("Number", 0, len(test.images) - 1, key="inside_index")
        st.caption(f"Its label is {test.labels[index]}.")
    return test.images[index] / np.float32(255), int(test.labels[index])


@st.fragment
def look_inside() -> None:
    with st.container(horizontal=True, gap="medium"):
        with st.container(width=252, key="inside_digit"):
            image, label = pick_image()
        passages = {passage.layer.name: passage for passage in follow(classifier, image)}
        names = [stage.name for stage in stages]
        name = st.session_state.get(state.INSIDE_STAGE)
        stage = stages[names.index(name) if name in names else 0]
        with st.container(key="inside_journey_frame"):
            outputs = {name: passage.output for name, passage in passages.items()}
            answer = classifier.probabilities(image[None])[0]
            show_journey(stages, image, outputs, answer, stage, choose_stage, key="inside_journey")
    tabs = st.tabs(
        ["The layer", "What decided", "What a filter likes", "The map", "Training"],
        on_change="rerun",
        key="inside_tab",
    )
    if tabs[0].open:
        with tabs[0]:
            layers = [layer.name for layer in stage.layers]
            picked = layers[0]
            if len(layers) > 1:
                picked = st.segmented_control(
                    "Layer",
                    layers,
                    default=layers[0],
                    key=f"inside_{classifier.name}_{stage.name}_part",
                    label_visibility="collapsed",
                    required=True,
                )
            show_layer(
                classifier,
                [passages[name] for name in layers],
                passages[picked],
                get_seconds(model),
                label,
            )
            with st.expander("All layers in a table"):
                show_all_layers(classifier, get_seconds(model))
    if tabs[1].open:
        with tabs[1]:
            show_reasons(classifier, image)
    if tabs[2].open:
        with tabs[2]:
            show_exemplars(model, [passages[layer.name] for layer in stage.layers])
    if tabs[3].open:
        with tabs[3]:
            show_feature_map(model, image)
    if tabs[4].open:
        with tabs[4]:
            show_training(model)


look_inside()
