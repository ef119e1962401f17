"""The canvas, whose drawing survives a visit to another page.

The component keeps the strokes in the browser and reports them after each one. They are kept here
at every report, and handed back only when the canvas appears anew: what is handed back at every
rerun would overtake the pen. Clearing hands over an empty drawing under the same key, since a new
key would lose the strokes drawn while the page changes.
"""

from typing import Any

import numpy as np
import streamlit as st

from ui import state
from ui.components.js_module import serve_module
from ui.state import CanvasKeys

HEIGHT = 336
DIGIT_WIDTH = 336
NUMBER_WIDTH = 784
INK = "#ffffff"
GROUND = "#000000"
PEN_WIDTHS = (8, 40)
PEN_WIDTH = 22

_attend_canvas = st.components.v2.component("canvas", js=serve_module("canvas.js"))


def show_canvas(keys: CanvasKeys, width: int = DIGIT_WIDTH) -> np.ndarray | None:
    """Show a canvas with its pen width, Undo and Clear; return the drawing on it.

    Args:
        keys: Which canvas.
        width: Its width in pixels.

    Returns:
        (h, w, 4) uint8, white ink on black; None for a canvas that was never touched or cleared.
    """
    # The component can be imported in a running app only.
    from streamlit_drawable_canvas import st_canvas

    session = st.session_state
    session.setdefault(state.PEN_WIDTH, PEN_WIDTH)
    if keys.widget not in session:
        session[keys.start] = session.get(keys.strokes) or _drawing([])
    with st.container(key=keys.frame, width="content"):
        result = st_canvas(
            stroke_width=session[state.PEN_WIDTH],
            stroke_color=INK,
            background_color=GROUND,
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
        _attend_canvas(
            data={
                "frame": keys.frame,
                "blank": not _get_strokes(keys),
                "edition": session[keys.start].get("edition"),
            },
            key=f"{keys.widget}_attendant",
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
                help="Take back the last stroke, or bring back what was cleared.",
                disabled=not (_get_strokes(keys) or session.get(keys.cleared)),
            )
            st.button(
                "Clear",
                icon=":material/delete:",
                on_click=_clear,
                args=(keys,),
                key=f"{keys.widget}_clear",
                help="Empty the canvas.",
                disabled=not _get_strokes(keys),
            )
    return session.get(keys.pixels)


def _get_strokes(keys: CanvasKeys) -> list[Any]:
    return (st.session_state.get(keys.strokes) or {}).get("objects", [])


def _clear(keys: CanvasKeys) -> None:
    if strokes := _get_strokes(keys):  # a second click finds none
        st.session_state[keys.cleared] = strokes
    _replace(keys, [])


def _undo(keys: CanvasKeys) -> None:
    strokes = _get_strokes(keys)
    _replace(keys, strokes[:-1] if strokes else st.session_state.pop(keys.cleared, []))


def _replace(keys: CanvasKeys, strokes: list[Any]) -> None:
    """Put other strokes on the canvas, whose last report stands until it follows."""
    session = st.session_state
    before = session.get(keys.strokes)
    outdated = session.get(keys.outdated) or before or {}
    # Strokes that come back at once are not outdated.
    session[keys.outdated] = outdated if outdated.get("objects") != strokes else None
    session[keys.strokes] = {**(before or {}), "objects": strokes} if strokes else None
    session[keys.start] = _drawing(strokes, session[keys.start])
    if not strokes:
        session[keys.pixels] = None


def _drawing(objects: list[Any], previous: dict[str, Any] | None = None) -> dict[str, Any]:
    """Return a drawing for the canvas that differs from the one that it was given before."""
    return {"objects": objects, "edition": (previous or {}).get("edition", 0) + 1}
