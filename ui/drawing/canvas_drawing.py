"""The drawing on a canvas in the session state: undo, redo, clear, replace, and restore."""

from collections.abc import Callable
from typing import Any

import numpy as np
import streamlit as st

from mnist_core.preprocessing.canvas_strokes import read_strokes
from ui import state
from ui.components.browser_memory import remember
from ui.components.received import is_whole
from ui.drawing.canvas_report import are_strokes, decode_png
from ui.drawing.pen_width import PEN_WIDTHS
from ui.images import data_uri
from ui.state import CanvasKeys


def get_objects(keys: CanvasKeys) -> list[Any]:
    """Return the strokes on a canvas as fabric.js objects, in the order drawn."""
    return (st.session_state.get(keys.strokes) or {}).get("objects", [])


def get_strokes(keys: CanvasKeys) -> list[np.ndarray]:
    """Return the pen's positions in each stroke, (n, 2) float32 in pixels, in the order drawn."""
    return read_strokes(st.session_state.get(keys.strokes))


def copy_drawing(source: CanvasKeys, target: CanvasKeys) -> None:
    """Copy a drawing to another canvas that is not on the page; Undo there brings its own back.

    Args:
        source: The canvas with the drawing.
        target: The other canvas, as high and not narrower.
    """
    session = st.session_state
    session[target.cleared] = get_objects(target)
    session[target.strokes] = session[source.strokes]
    missing = target.width - source.width
    padding = ((0, 0), (0, missing), (0, 0))
    session[target.pixels] = np.pad(session[source.pixels], padding, mode="edge")


def clear(keys: CanvasKeys) -> None:
    """Empty a canvas; Undo restores the drawing."""
    if strokes := get_objects(keys):  # none at a second click
        st.session_state[keys.cleared] = strokes
        # Undo does not bring the drawing back any more that was kept last.
        st.session_state.get(state.KEPT, {}).pop(keys.widget, None)
    st.session_state[keys.history] = []
    replace_strokes(keys, [])


def undo(keys: CanvasKeys, on_bring_back: Callable[[], object] | None = None) -> None:
    """Remove the last stroke, or restore the cleared drawing on a blank canvas."""
    session = st.session_state
    if strokes := get_objects(keys):
        extend_history(keys)
        replace_strokes(keys, strokes[:-1])
    elif cleared := session.pop(keys.cleared, []):
        replace_strokes(keys, cleared)
        if on_bring_back is not None:
            on_bring_back()


def drop_unread_strokes(keys: CanvasKeys) -> None:
    """Take back what was drawn since a drawing became too long to be kept."""
    replace_strokes(keys, get_objects(keys))


def redo(keys: CanvasKeys) -> None:
    """Put the stroke back that Undo removed last."""
    strokes, history = get_objects(keys), st.session_state.get(keys.history, [])
    if strokes == history[: len(strokes)] != history:
        replace_strokes(keys, history[: len(strokes) + 1])


def extend_history(keys: CanvasKeys) -> None:
    """Note the strokes on a canvas for `redo`; those after them are kept until others are drawn.

    So a late report of fewer strokes, which the browser sent before it showed an undo or redo,
    loses nothing.
    """
    session, strokes = st.session_state, get_objects(keys)
    if strokes != session.get(keys.history, [])[: len(strokes)]:
        session[keys.history] = strokes


def restore_canvas(keys: CanvasKeys, value: Any) -> None:
    """Put the drawing on a canvas that the browser has stored, unless it has strokes already.

    Args:
        keys: The canvas.
        value: What the browser sent; anything else than a drawing is ignored.
    """
    session = st.session_state
    if not isinstance(value, dict) or get_objects(keys):
        return
    pen = value.get("pen")
    if is_whole(pen, *PEN_WIDTHS):
        session[state.PEN_WIDTH] = pen
    strokes, pixels = value.get("strokes"), decode_png(value.get("picture"), keys.width)
    if pixels is None or not are_strokes(strokes):
        return
    if len(read_strokes({"objects": strokes})) == len(strokes) > 0:
        replace_strokes(keys, strokes)
        session[keys.pixels] = pixels


def remember_canvas(keys: CanvasKeys) -> None:
    """Store the drawing and the pen in the browser, for `restore_canvas`."""
    pixels = st.session_state.get(keys.pixels)
    remember(
        keys.widget,
        {
            "pen": st.session_state[state.PEN_WIDTH],
            "strokes": get_objects(keys) if pixels is not None else [],
            "picture": None if pixels is None else data_uri(pixels[..., 0]),
        },
    )


def replace_strokes(keys: CanvasKeys, strokes: list[Any]) -> None:
    """Put other strokes on the canvas and ignore outdated reports until it shows them.

    To be called before the canvas is shown, as in the callback of a widget.

    Args:
        keys: The session-state keys of the canvas.
        strokes: fabric.js objects, such as the canvas reports.
    """
    session = st.session_state
    before = session.get(keys.strokes)
    outdated = [*session.get(keys.outdated, []), get_objects(keys)]
    # Strokes that are restored at once are not outdated.
    session[keys.outdated] = [each for each in outdated if each != strokes]
    session[keys.strokes] = {**(before or {}), "objects": strokes} if strokes else None
    session[keys.start] = make_drawing(strokes, session.get(keys.start))
    if not strokes:
        session[keys.pixels] = None


def make_drawing(objects: list[Any], previous: dict[str, Any] | None = None) -> dict[str, Any]:
    """Return a drawing for the canvas that differs from the previous one by its edition."""
    return {"objects": objects, "edition": (previous or {}).get("edition", 0) + 1}
