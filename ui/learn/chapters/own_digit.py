"""Chapter: the learner's own digit, prepared or only shrunk, and where to go next."""

from html import escape

import streamlit as st

from mnist_core.preprocessing.drawing import prepare_drawing
from ui import state
from ui.drawing.current_drawing import draw_now
from ui.drawing.next_steps import offer_corner, show_preparations
from ui.drawing.sample_digits import show_samples
from ui.language import _
from ui.learn.cached_results import get_tutorial_model
from ui.learn.code_lines import show_code_lines
from ui.learn.frame import show_wide_parts
from ui.learn.words import show_words

LINES = """\
from mnist_core import prepare_drawing

image = prepare_drawing(drawing)  # (28, 28) float32
print(classifier.probabilities(image[None]).argmax())
"""


def show() -> None:
    """Show how a drawing becomes what the network expects."""
    show_wide_parts(_show_words, None, _show_drawing, _show_code, "own-digit")
    _show_next()


def _show_words() -> None:
    show_words(
        _(
            "Many demos on the web have a good network and still misread your digits. The reason "
            "is the [preprocessing](#preprocessing): they shrink the whole canvas. MNIST’s digits "
            "were cropped to the ink, fitted into 20 × 20 pixels and centered by their mass."
        ),
        _(
            "Draw a digit, small and in a corner, and compare. A network does well only on what "
            "looks like its training data: that is the limit of its "
            "[generalization](#generalization)."
        ),
    )


def _show_next() -> None:
    st.html(f'<h3 class="chapter-section">{escape(_("Where to go next"))}</h3>')
    with st.container(horizontal=True, gap="medium"):
        st.page_link(
            "pages/hand.py",
            label=_("Teach a network your handwriting"),
            icon=":material/front_hand:",
        )
        st.page_link(
            "pages/train.py",
            label=_("Design a network of your own"),
            icon=":material/model_training:",
        )
        st.page_link(
            "pages/inside.py",
            label=_("Look into every layer"),
            icon=":material/account_tree:",
        )


@st.fragment
def _show_drawing() -> None:
    keys = state.DIGIT_CANVAS
    with st.container(horizontal=True, gap="large"):
        with st.container(width=252, key="inside_digit"):
            pixels = draw_now(keys)
        with st.container():
            image = prepare_drawing(pixels)
            if pixels is None or image is None:
                st.info(_("Draw a digit, or choose one below."), icon=":material/draw:")
                show_samples(keys)
            else:
                show_preparations(get_tutorial_model(), pixels, image)
                offer_corner()


def _show_code() -> None:
    show_code_lines(LINES)
