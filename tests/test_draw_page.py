"""The Draw page, run without a browser."""

import base64
from collections.abc import Callable
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from streamlit.testing.v1 import AppTest

from mnist_core.config import TrainingConfig
from mnist_core.runs import RunStore
from ui import state
from ui.canvas import HEIGHT, NUMBER_WIDTH
from ui.state import DIGIT_CANVAS, NUMBER_CANVAS, CanvasKeys

SEVEN = [(100, 80), (230, 80), (150, 280)]
ONE = [(30, 30), (30, 100)]


def draw(app: AppTest, keys: CanvasKeys, *strokes: list[tuple[int, int]]) -> None:
    """Report strokes as the canvas in the browser does."""
    picture = np.zeros((HEIGHT, NUMBER_WIDTH, 4), np.uint8)
    picture[..., 3] = 255
    for stroke in strokes:
        points = np.array(stroke, np.int32)
        cv2.polylines(picture, [points], False, (255, 255, 255, 255), 22, cv2.LINE_AA)
    content = base64.b64encode(cv2.imencode(".png", picture)[1].tobytes()).decode()
    objects: list[dict[str, Any]] = [{"type": "Path", "path": stroke} for stroke in strokes]
    app.session_state[keys.widget] = {
        "drawing": {"raw": {"objects": objects}, "data": f"data:image/png;base64,{content}"}
    }


def test_the_page_opens_ready_to_draw(open_app: Callable[..., AppTest]) -> None:
    """Before anything was trained, a shipped model answers."""
    app = open_app()
    assert not app.exception
    assert not app.error
    assert app.selectbox[0].value == app.session_state[state.MODEL_ID]


def test_a_drawing_is_kept_for_the_other_pages(open_app: Callable[..., AppTest]) -> None:
    """What the canvas reported is handed back to it after a visit to another page."""
    app = open_app()
    draw(app, DIGIT_CANVAS, SEVEN)
    app.run()
    assert app.session_state[state.DRAWING_PIXELS].shape == (HEIGHT, NUMBER_WIDTH, 4)
    app.switch_page("pages/train.py").run()
    app.switch_page("pages/draw.py").run()
    assert not app.exception
    assert app.session_state[DIGIT_CANVAS.start]["objects"] == [{"type": "Path", "path": SEVEN}]


def test_a_cleared_drawing_stays_cleared(open_app: Callable[..., AppTest]) -> None:
    """The canvas reports the old strokes once more after Clear; they are not taken back in."""
    app = open_app()
    draw(app, DIGIT_CANVAS, SEVEN)
    app.run()
    app.button("digit_canvas_clear").click()
    draw(app, DIGIT_CANVAS, SEVEN)
    app.run()
    assert app.session_state[state.DRAWING_PIXELS] is None


def test_undo_takes_the_last_stroke_back(open_app: Callable[..., AppTest]) -> None:
    """The canvas is told to show all strokes but the last."""
    app = open_app()
    draw(app, DIGIT_CANVAS, SEVEN, ONE)
    app.run()
    app.button("digit_canvas_undo").click().run()
    assert app.session_state[DIGIT_CANVAS.start]["objects"] == [{"type": "Path", "path": SEVEN}]


def test_both_preparations_are_compared(open_app: Callable[..., AppTest]) -> None:
    """The comparison shows what each way of preparing gives."""
    app = open_app()
    draw(app, DIGIT_CANVAS, ONE)
    app.toggle("draw_compare").set_value(True)
    app.run()
    assert not app.exception
    shown = [item.proto.body for item in app.get("html")]
    assert any("Cropped, fitted and centred" in body for body in shown)
    assert any("Merely scaled" in body for body in shown)


def test_a_number_is_read(open_app: Callable[..., AppTest]) -> None:
    """Two upright strokes side by side are an eleven."""
    app = open_app()
    app.session_state["draw_mode_control"] = "number"
    app.run()
    draw(app, NUMBER_CANVAS, [(200, 60), (190, 280)], [(420, 60), (410, 280)])
    app.run()
    assert not app.exception
    assert [item.value for item in app.code] == ["11"]


def test_a_damaged_model_gets_a_sentence(
    open_app: Callable[..., AppTest], runs_folder: Path
) -> None:
    """The sentence names the file, and another model can still be chosen."""
    app = open_app()
    run = RunStore(runs_folder).create(TrainingConfig(), name="Broken", status="finished")
    run.model_path.write_bytes(b"not a model")
    app.session_state[state.MODEL_ID] = run.id
    app.run()
    assert not app.exception
    assert [error.value.partition(":")[0] for error in app.error] == [
        "model.onnx cannot be used as a model"
    ]
    assert len(app.selectbox[0].options) > 1
