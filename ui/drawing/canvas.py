"""The drawing canvas. Its drawing is kept when another page is visited.

The component holds the strokes in the browser and reports them after each stroke. The session
state stores every report, and the drawing is passed back only when the canvas is created again:
passing it back in every rerun would delete strokes that are newer. Clear passes an empty drawing
under the same key, because a new key would lose the strokes drawn during the rerun.

The browser stores the drawing as well, so that it outlives a reload of the page.
"""

from collections.abc import Callable
from typing import Any

import numpy as np
import streamlit as st

from mnist_core.messages import message
from ui import state
from ui.components.js_module import serve_module
from ui.components.waiting_choices import take_new
from ui.components.widget_value import with_value
from ui.drawing.canvas_drawing import (
    clear,
    drop_unread_strokes,
    extend_history,
    get_objects,
    make_drawing,
    redo,
    remember_canvas,
    undo,
)
from ui.drawing.canvas_report import (
    HEIGHT,
    MAX_POINTS,
    MAX_STROKES,
    CanvasReport,
    can_show,
    has_too_many_strokes,
    read_report,
)
from ui.drawing.pen_width import PEN_WIDTH, PEN_WIDTHS
from ui.language import _, localize_all
from ui.state import CanvasKeys

INK = "#ffffff"
BACKGROUND = "#000000"

KEYBOARD_WORDS = {
    "label": message(
        "Canvas. The arrow keys move the pen; the space bar puts it down and lifts it."
    ),
    "hint": message("The arrow keys move the pen; the space bar puts it down and lifts it."),
    "down": message("Pen down, {x} % from the left and {y} % from the top."),
    "up": message("Pen up, {x} % from the left and {y} % from the top."),
}

_enhance_canvas = st.components.v2.component("canvas", js=serve_module("canvas.js"))


def show_canvas(
    keys: CanvasKeys,
    on_bring_back: Callable[[], object] | None = None,
) -> np.ndarray | None:
    """Show a canvas with its pen width, Undo and Clear; return the drawing on it.

    Ctrl+Z undoes as the button does, and Ctrl+Shift+Z redoes.

    Args:
        keys: The session-state keys of the canvas.
        on_bring_back: Called when Undo restores a cleared drawing.

    Returns:
        (h, w, 4) uint8, white ink on black; None for a blank canvas.
    """
    # The component can only be imported in a running app.
    from streamlit_drawable_canvas import st_canvas

    session = st.session_state
    pen_key = f"{keys.widget}_pen"
    # Set in every run, because each canvas has its own slider for the one pen.
    session[pen_key] = session.setdefault(state.PEN_WIDTH, PEN_WIDTH)

    def store_pen(width: int) -> None:
        session[state.PEN_WIDTH] = width

    if keys.widget not in session:
        session[keys.start] = session.get(keys.strokes) or make_drawing([])
    report = _receive_report(keys)
    is_too_long = has_too_many_strokes(session.get(keys.widget))

    def take_back() -> None:
        if is_too_long:
            drop_unread_strokes(keys)
        else:
            undo(keys, on_bring_back)

    script_key = f"{keys.widget}_script"
    handled = f"{script_key}_handled"

    def follow_presses(value: Any) -> None:
        for press in take_new(value.get("presses"), handled):
            if press == "undo":
                take_back()
            elif press == "redo":
                redo(keys)

    with st.container(key=keys.frame, width="content"):
        st_canvas(
            stroke_width=session[state.PEN_WIDTH],
            stroke_color=INK,
            background_color=BACKGROUND,
            width=keys.width,
            height=HEIGHT,
            initial_drawing=session[keys.start],
            return_image_data=True,
            key=keys.widget,
        )
        if report is not None and report.drawing["objects"] not in session.get(keys.outdated, []):
            session[keys.outdated] = []
            session[keys.strokes] = report.drawing
            session[keys.pixels] = report.pixels
            extend_history(keys)
        _enhance_canvas(
            data={
                "frame": keys.frame,
                "strokes": len(get_objects(keys)),
                "pen": session[state.PEN_WIDTH],
                "edition": session[keys.start].get("edition"),
                "words": localize_all(KEYBOARD_WORDS),
                "handled": session.get(handled, 0),
            },
            key=script_key,
            height=0,
            on_presses_change=with_value(script_key, follow_presses),
        )
        remember_canvas(keys)
        if is_too_long:
            st.warning(
                _(
                    "This drawing is too long to be kept: it may have {strokes:,} strokes and "
                    "{points:,} points. Press Undo or Clear to go on.",
                    strokes=MAX_STROKES,
                    points=MAX_POINTS,
                ),
                icon=":material/gesture:",
                width=keys.width,
            )
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.slider(
                _("Pen width"),
                *PEN_WIDTHS,
                format=_("Pen {width}", width="%d"),
                key=pen_key,
                on_change=with_value(pen_key, store_pen),
                label_visibility="collapsed",
                width=112,
            )
            st.button(
                _("Undo"),
                icon=":material/undo:",
                on_click=take_back,
                key=f"{keys.widget}_undo",
                help=_(
                    "Removes the last stroke, or restores a cleared drawing (Ctrl+Z). "
                    "Ctrl+Shift+Z puts a removed stroke back."
                ),
                disabled=not (is_too_long or get_objects(keys) or session.get(keys.cleared)),
            )
            st.button(
                _("Clear"),
                icon=":material/delete:",
                on_click=clear,
                args=(keys,),
                key=f"{keys.widget}_clear",
                help=_("Empties the canvas."),
                disabled=not (is_too_long or get_objects(keys)),
            )
    return session.get(keys.pixels)


def _receive_report(keys: CanvasKeys) -> CanvasReport | None:
    """Return the drawing that the browser has sent, and drop what the component cannot read."""
    session = st.session_state
    if keys.widget in session and not can_show(session[keys.widget]):
        session[keys.widget] = {}
    return read_report(session.get(keys.widget), keys.width)
