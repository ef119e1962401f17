"""A window that moves over a feature map by itself: play, pause, step and stop.

The browser moves it over the pictures that the page shows, and reports the pixel where it pauses,
so that the numbers beside the pictures follow. Where less motion is wanted, there are only steps.
"""

from collections.abc import Callable
from typing import Any

import numpy as np
import streamlit as st

from mnist_core.interpretability.receptive_fields import Window
from mnist_core.messages import message
from ui.components.js_module import serve_module
from ui.components.received import read_cell
from ui.components.widget_value import with_value
from ui.images import data_uri
from ui.language import localize_all

PLAYER_FRAME = "inside_player"
"""The key of the container with the pictures: the input first, the output last."""

_WORDS = {
    "play": message("Play"),
    "pause": message("Pause"),
    "step": message("One step"),
    "stop": message("Stop"),
    "group": message("Move the window over the image"),
}

_show = st.components.v2.component(
    "window_player",
    html='<div class="player" role="group"></div>',
    js=serve_module("window_player.js"),
    isolate_styles=False,
)


def show_window_player(
    before: np.ndarray,
    after: np.ndarray,
    windows: tuple[Window, Window],
    position: tuple[int, int],
    choose: Callable[[int, int], None],
    key: str,
) -> None:
    """Show the buttons that move a window over the pictures in the container `PLAYER_FRAME`.

    Args:
        before: (h, w, 3) uint8, the padded map under the window.
        after: (rows, columns, 3) uint8, the map of the results.
        windows: The window at row 0 and column 0, and its step as the size of another one.
        position: The row and column that are shown now.
        choose: Called with the row and column where the window was paused.
        key: The widget's key.
    """
    rows, columns = after.shape[:2]

    def report(value: Any) -> None:
        cell = read_cell(value.get("cell"), rows, columns)
        if cell is not None:
            choose(*cell)

    first, step = windows
    data = {
        "frame": PLAYER_FRAME,
        "words": localize_all(_WORDS),
        "before": data_uri(before[..., ::-1]),
        "after": data_uri(after[..., ::-1]),
        "size": [before.shape[0], before.shape[1]],
        "window": [first.height, first.width],
        "step": [step.height, step.width],
        "cells": [rows, columns],
        "position": list(position),
    }
    _show(data=data, key=key, on_cell_change=with_value(key, report))
