"""Teaching a network the kept drawings: at once or thoroughly, and what it forgets."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import streamlit as st

from mnist_core.hands import HandInfo, KeptDrawing, as_split
from mnist_core.messages import message
from mnist_core.preprocessing.scaling import as_float
from mnist_core.runs.model_registry import TrainedModel, default_model
from mnist_core.runs.teaching import read_teaching
from mnist_core.teaching import (
    ForgettingPoint,
    TeachingReport,
    measure_forgetting,
    measure_teaching,
)
from mnist_core.teaching.report import MIN_DRAWINGS
from ui import state
from ui.formatting import escape_markdown, format_percent
from ui.hand.before_after import show_report
from ui.hand.taught_models import show_taught_models
from ui.hand.thorough_run import find_newest, show_thorough, start_thorough
from ui.hand_errors import keep_hand_error
from ui.language import LaterText, _, localize, localize_each
from ui.layout import error_boundary
from ui.live_teaching import LiveTeaching, teach_at_once
from ui.model_picker import get_chosen_model, list_offered
from ui.resources import get_classifier, get_data

BASE = "hand_base"
REHEARSAL_NAMES = {0.0: message("Only my drawings"), 1.0: message("MNIST rehearsed")}


def show_teaching(hand: HandInfo, drawings: Sequence[KeptDrawing]) -> None:
    """Show the ways of teaching, with an honest before and after.

    Args:
        hand: The hand.
        drawings: Its drawings.
    """
    if len(drawings) < MIN_DRAWINGS:
        st.info(
            _(
                "Teaching needs at least two drawings, since one is taught and another one "
                "measured. Write some first."
            ),
            icon=":material/draw:",
        )
        return
    base = _pick_base()
    _show_buttons(hand, drawings, base)
    split = as_split(drawings)
    st.html(f'<h2 class="chapter">{_("What teaching at once changes")}</h2>')
    with error_boundary():
        report = _measure(base.path, base.modified, split.images, split.labels)
        show_report(report, drawings)
    with error_boundary():
        _show_forgetting(base, split.images, split.labels)
    show_taught_models()


def _pick_base() -> TrainedModel:
    """Show the models that can be taught, and return the chosen one.

    One that was taught may have seen the drawings that are to be measured; the model that it was
    taught from is chosen instead if it is known, otherwise the default model.
    """
    live: LiveTeaching | None = st.session_state.get(state.LIVE_TEACHING)
    run = get_chosen_model().run
    teaching = read_teaching(run) if run else None
    candidates = (
        st.session_state.get(BASE),
        st.session_state.get(state.MODEL_ID),
        teaching.base_id if teaching else None,
        live.base_id if live else None,
        default_model().id,
    )
    models = {each.id: each for each in list_offered(*candidates) if not each.is_taught}
    st.session_state[BASE] = next(each for each in candidates if each in models)
    base_id = st.selectbox(
        _("Model to teach"),
        list(models),
        format_func=localize_each({key: localize(each.title) for key, each in models.items()}),
        help=_("The taught model is a new one; this one stays as it is."),
        key=BASE,
        width=360,
    )
    return models[base_id]


def _show_buttons(hand: HandInfo, drawings: Sequence[KeptDrawing], base: TrainedModel) -> None:
    def teach() -> None:
        with keep_hand_error():
            taught = teach_at_once(hand, base)
            title = escape_markdown(localize(taught.title))
            st.session_state[state.HAND_MESSAGE] = _(
                "“{title}” is taught and is now the model on every page. It learns each further "
                "drawing as you keep it.",
                title=title,
            )

    newest = find_newest(hand)
    with st.container(horizontal=True, gap="small"):
        st.button(
            _("Teach at once"),
            type="primary",
            icon=":material/bolt:",
            key="hand_teach",
            on_click=teach,
            help=_("Teaches the last layer, and again whenever you keep another drawing."),
        )
        st.button(
            _("Teach thoroughly"),
            icon=":material/model_training:",
            key="hand_teach_thoroughly",
            on_click=start_thorough,
            args=(hand, drawings, base),
            disabled=newest is not None and newest.is_active,
            help=_(
                "Trains all layers, except any before the first pooling, on your drawings and on "
                "MNIST, in a run of its own."
            ),
        )
    if newest is not None:
        show_thorough(newest, drawings)


@st.cache_data(
    max_entries=32,
    show_spinner=LaterText(
        message("Measuring what teaching changes; the first time with a model takes longer…")
    ),
)
def _measure(path: Path, modified: int, images: np.ndarray, labels: np.ndarray) -> TeachingReport:
    model = TrainedModel(id="", title="", path=path)
    return measure_teaching(as_float(images), labels, get_data().test, get_classifier(model))


@st.cache_data(
    max_entries=32, show_spinner=LaterText(message("Measuring what the network forgets…"))
)
def _measure_forgetting(
    path: Path, modified: int, images: np.ndarray, labels: np.ndarray
) -> list[ForgettingPoint]:
    model = TrainedModel(id="", title="", path=path)
    return measure_forgetting(as_float(images), labels, get_data().test, get_classifier(model))


def _show_forgetting(base: TrainedModel, images: np.ndarray, labels: np.ndarray) -> None:
    st.html(f'<h2 class="chapter">{_("Forgetting")}</h2>')
    if not st.toggle(
        _("Show what the network forgets if MNIST is not rehearsed"), key="hand_forget"
    ):
        return
    points = _measure_forgetting(base.path, base.modified, images, labels)
    by_rehearsal = {point.rehearsal: point for point in points}
    chosen = st.select_slider(
        _("Rehearsal of MNIST"),
        list(by_rehearsal),
        format_func=localize_each(
            {value: REHEARSAL_NAMES.get(value, f"{value:g}") for value in by_rehearsal}
        ),
        key="hand_rehearsal",
    )
    point = by_rehearsal[chosen]
    mnist = format_percent(point.mnist_accuracy, 2)
    count = len(labels)
    correct = "–" if point.own_accuracy is None else round(point.own_accuracy * count)
    own = _("{count} of {total}", count=correct, total=count)
    st.html(
        f'<div class="results"><div><b>{mnist}</b><small>{_("MNIST’s test images")}</small></div>'
        f"<div><b>{own}</b><small>{_('your digits, cross-validated')}</small></div></div>"
    )
    text = _(
        "A network that learns only new images changes the weights that the old ones need, and "
        "forgets them; this is called catastrophic forgetting. If old images are shown along with "
        "the new ones (rehearsal), it keeps both."
    )
    st.html(f'<p class="aside">{text}</p>')
