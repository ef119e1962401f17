"""Chapter: the network, layer by layer, on the learner's own digit."""

from html import escape

import numpy as np
import streamlit as st

from mnist_core.course.recipe import find_code, list_layers
from mnist_core.interpretability.activations import trace_layers
from mnist_core.preprocessing.drawing import prepare_drawing
from mnist_core.preprocessing.scaling import as_float
from ui import state
from ui.drawing.canvas import show_canvas
from ui.drawing.pen_up import read_lifted_pen
from ui.formatting import format_shape
from ui.inside.network_overview import list_stages, show_overview
from ui.language import _
from ui.learn.cached_results import get_tutorial
from ui.learn.code_lines import show_code_lines
from ui.learn.frame import show_wide_parts
from ui.learn.words import show_words
from ui.resources import get_data

STAGE = "learn_stage"


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
    rows = "".join(
        f"<tr><td><b>{layer.name}</b></td><td>{layer.kind}</td>"
        f"<td>{format_shape(layer.output_shape)}</td><td>{layer.parameters:,}</td></tr>"
        for layer in layers[:-1]
    )
    head = "".join(
        f"<th>{escape(each)}</th>"
        for each in (_("Layer"), _("Kind"), _("Output shape"), _("Parameters"))
    )
    total = escape(_("All parameters"))
    st.html(
        '<div class="facts-frame" tabindex="0"><table class="facts layer-shapes"><thead>'
        f"<tr>{head}</tr></thead><tbody>{rows}<tr class='total'><td colspan='3'>{total}</td>"
        f"<td>{sum(layer.parameters for layer in layers):,}</td></tr></tbody></table></div>"
    )


@st.fragment
def _show_digit() -> None:
    classifier = get_tutorial()
    stages = list_stages(classifier)
    with st.container(horizontal=True, gap="medium"):
        with st.container(width=252, key="inside_digit"):
            image = _draw_digit()
        activations = trace_layers(classifier, image)
        outputs = {each.layer.name: each.output for each in activations}
        names = [stage.name for stage in stages]
        name = st.session_state.get(STAGE)
        with st.container(key="inside_overview_frame"):
            show_overview(
                stages,
                image,
                outputs,
                classifier.probabilities(image[np.newaxis])[0],
                stages[names.index(name) if name in names else 0],
                _choose_stage,
                key="learn_overview",
            )
            st.caption(_("The layer that you choose opens with the link to Inside below."))


def _choose_stage(name: str) -> None:
    st.session_state[STAGE] = st.session_state[state.INSIDE_STAGE] = name


def _draw_digit() -> np.ndarray:
    reported = show_canvas(state.DIGIT_CANVAS)
    lifted = read_lifted_pen(state.DIGIT_CANVAS)
    image = prepare_drawing(reported if lifted is None else lifted)
    if image is not None:
        return image
    data = get_data().test
    st.caption(
        _(
            "Draw a digit here. Until then you see the first test image, the digit {label}.",
            label=int(data.labels[0]),
        )
    )
    return as_float(data.images[0])


def _show_code() -> None:
    show_code_lines(find_code("Build"))
