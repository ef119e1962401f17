"""The drawing canvas. Its drawing is kept when another page is visited.

The component holds the strokes in the browser and reports them after each stroke. The session
state stores every report, and the drawing is passed back only when the canvas is created again:
passing it back in every rerun would delete strokes that are newer. Clear passes an empty drawing
under the same key, because a new key would lose the strokes drawn during the rerun.
"""

from typing import Any

import numpy as np
import streamlit as st

from mnist_core.preprocessing.canvas_strokes import read_strokes
from ui import state
from ui.components.js_module import serve_module
from ui.state import CanvasKeys

HEIGHT = 336
DIGIT_WIDTH = 336
NUMBER_WIDTH = 784
INK = "#ffffff"
BACKGROUND = "#000000"
PEN_WIDTHS = (8, 40)
PEN_WIDTH = 22

KEYBOARD_WORDS = {
    "label": "Canvas. The arrow keys move the pen; the space bar puts it down and lifts it.",
    "hint": "The arrow keys move the pen; the space bar puts it down and lifts it.",
    "down": "Pen down, {x} % from the left and {y} % from the top.",
    "up": "Pen up, {x} % from the left and {y} % from the top.",
}

_enhance_canvas = st.components.v2.component("canvas", js=serve_module("canvas.js"))


def show_canvas(keys: CanvasKeys, width: int = DIGIT_WIDTH) -> np.ndarray | None:
    """Show a canvas with its pen width, Undo and Clear; return the drawing on it.

    Args:
        keys: The session-state keys of the canvas.
        width: Its width in pixels.

    Returns:
        (h, w, 4) uint8, white ink on black; None for a blank canvas.
    """
    # The component can only be imported in a running app.
    from streamlit_drawable_canvas import st_canvas

    session = st.session_state
    session.setdefault(state.PEN_WIDTH, PEN_WIDTH)
    if keys.widget not in session:
        session[keys.start] = session.get(keys.strokes) or _make_drawing([])
    with st.container(key=keys.frame, width="content"):
        result = st_canvas(
            stroke_width=session[state.PEN_WIDTH],
            stroke_color=INK,
            background_color=BACKGROUND,
            width=width,
            height=HEIGHT,
            initial_drawing=session[keys.start],
            return_image_data=True,
            key=keys.widget,
        )
        pixels = result.image_data
        if pixels is not None and result.json_data != session.get(keys.outdated):
            session[keys.outdated] = None
            session[keys.strokes] = result.json_data
            session[keys.pixels] = pixels
        _enhance_canvas(
            data={
                "frame": keys.frame,
                "strokes": len(_get_strokes(keys)),
                "pen": session[state.PEN_WIDTH],
                "edition": session[keys.start].get("edition"),
                "words": KEYBOARD_WORDS,
            },
            key=f"{keys.widget}_script",
            height=0,
        )
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.slider(
                "Pen width",
                *PEN_WIDTHS,
                format="Pen %d",
                key=state.PEN_WIDTH,
                label_visibility="collapsed",
                width=112,
                persist_state="session",
            )
            st.button(
                "Undo",
                icon=":material/undo:",
                on_click=_undo,
                args=(keys,),
                key=f"{keys.widget}_undo",
                help="Removes the last stroke, or restores a cleared drawing.",
                disabled=not (_get_strokes(keys) or session.get(keys.cleared)),
            )
            st.button(
                "Clear",
                icon=":material/delete:",
                on_click=_clear,
                args=(keys,),
                key=f"{keys.widget}_clear",
                help="Empties the canvas.",
                disabled=not _get_strokes(keys),
            )
    return session.get(keys.pixels)


def get_strokes(keys: CanvasKeys) -> list[np.ndarray]:
    """Return the pen's positions in each stroke, (n, 2) float32 in pixels, in the order drawn."""
    return read_strokes(st.session_state.get(keys.strokes))


def copy_drawing(source: CanvasKeys, target: CanvasKeys, width: int = NUMBER_WIDTH) -> None:
    """Copy a drawing to another canvas that is not on the page; Undo there brings its own back.

    Args:
        source: The canvas with the drawing.
        target: The other canvas, as high and not narrower.
        width: Its width in pixels.
    """
    session = st.session_state
    session[target.cleared] = _get_strokes(target)
    session[target.strokes] = session[source.strokes]
    pixels = session[source.pixels]
    missing = width - pixels.shape[1]
    session[target.pixels] = np.pad(pixels, ((0, 0), (0, missing), (0, 0)), mode="edge")


def _get_strokes(keys: CanvasKeys) -> list[Any]:
    return (st.session_state.get(keys.strokes) or {}).get("objects", [])


def _clear(keys: CanvasKeys) -> None:
    if strokes := _get_strokes(keys):  # none at a second click
        st.session_state[keys.cleared] = strokes
    replace_strokes(keys, [])


def _undo(keys: CanvasKeys) -> None:
    strokes = _get_strokes(keys)
    replace_strokes(keys, strokes[:-1] if strokes else st.session_state.pop(keys.cleared, []))


def replace_strokes(keys: CanvasKeys, strokes: list[Any]) -> None:
    """Put other strokes on the canvas and ignore outdated reports until it shows them.

    To be called before the canvas is shown, as in the callback of a widget.

    Args:
        keys: The session-state keys of the canvas.
        strokes: fabric.js objects, such as the canvas reports.
    """
    session = st.session_state
    before = session.get(keys.strokes)
    outdated = session.get(keys.outdated) or before or {}
    # Strokes that are restored at once are not outdated.
    session[keys.outdated] = outdated if outdated.get("objects") != strokes else None
    session[keys.strokes] = {**(before or {}), "objects": strokes} if strokes else None
    session[keys.start] = _make_drawing(strokes, session[keys.start])
    if not strokes:
        session[keys.pixels] = None


def _make_drawing(objects: list[Any], previous: dict[str, Any] | None = None) -> dict[str, Any]:
    """Return a drawing for the canvas that differs from the previous one by its edition."""
    return {"objects": objects, "edition": (previous or {}).get("edition", 0) + 1}
