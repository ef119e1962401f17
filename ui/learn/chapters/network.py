"""Chapter: the network, layer by layer, on the learner's own digit."""

import numpy as np
import streamlit as st

from mnist_core.course.recipe import find_code, list_layers
from mnist_core.inference.layer_kinds import format_shape
from mnist_core.interpretability.activations import trace_layers
from ui import state
from ui.components.facts_table import facts_table_html
from ui.drawing.current_drawing import draw_digit
from ui.inside.network_overview import find_stage, list_stages, show_overview
from ui.language import _
from ui.learn.cached_results import get_tutorial
from ui.learn.code_lines import show_code_lines
from ui.learn.frame import show_wide_parts
from ui.learn.words import show_words


def show() -> None:
    """Show what each layer does with a digit."""
    show_wide_parts(_show_words, _show_shapes, _show_digit, _show_code, "network")


def _show_words() -> None:
    show_words(
        _(
            "The [convolution](#convolution) moves 32 [filters](#filter) of 3 × 3 "
            "[weights](#weight) over the image: 32 [feature maps](#feature-map). [Max "
            "pooling](#pooling) keeps the largest value of each 2 × 2 window, and "
            "[dropout](#dropout) acts only in training."
        ),
        _(
            "[Flatten](#flatten) writes all values in one row for a [dense layer](#dense) of 128 "
            "units; the last layer makes ten numbers of them, and [softmax](#softmax) ten "
            "probabilities."
        ),
    )


def _show_shapes() -> None:
    strides = {1: _("Strides 1, as in the code"), 2: _("Strides 2")}
    chosen = st.segmented_control(
        _("Strides of the pooling"),
        list(strides),
        format_func=strides.__getitem__,
        default=1,
        required=True,
        help=_(
            "The text of the tutorial says that pooling halves the maps, to 13 × 13. Its code sets "
            "strides of 1, and then they have 25 × 25. Try what strides of 2 would do."
        ),
        key="learn_strides",
        persist_state="session",
    )
    layers = list_layers(chosen)
    rows = [
        (
            f"<b>{layer.name}</b>",
            layer.kind,
            format_shape(layer.output_shape),
            f"{layer.parameters:,}",
        )
        for layer in layers[:-1]
    ]
    headings = (_("Layer"), _("Kind"), _("Output shape"), _("Parameters"))
    total = (_("All parameters"), "", "", f"{sum(layer.parameters for layer in layers):,}")
    st.html(facts_table_html(_("The layers"), headings, rows, "layer-shapes", total=total))


@st.fragment
def _show_digit() -> None:
    classifier = get_tutorial()
    stages = list_stages(classifier)
    with st.container(horizontal=True, gap="medium"):
        with st.container(width=252, key="inside_digit"):
            image, _label = draw_digit()
        activations = trace_layers(classifier, image)
        outputs = {each.layer.name: each.output for each in activations}
        with st.container(key="inside_overview_frame"):
            show_overview(
                stages,
                image,
                outputs,
                classifier.probabilities(image[np.newaxis])[0],
                find_stage(stages, st.session_state.get(state.LEARN_STAGE)),
                _choose_stage,
                key="learn_overview",
            )
            st.caption(_("The layer that you choose opens with the link to Inside below."))


def _choose_stage(name: str) -> None:
    st.session_state[state.LEARN_STAGE] = st.session_state[state.INSIDE_STAGE] = name


def _show_code() -> None:
    show_code_lines(find_code("Build"))
