"""The Draw page, run without a browser."""

import base64
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from streamlit import config
from streamlit.testing.v1 import AppTest

from mnist_core.config import TrainingConfig
from mnist_core.inference.classifier import DEFAULT_MODEL, PRETRAINED
from mnist_core.interpretability.nearest_neighbors import Neighbors
from mnist_core.preprocessing.canvas_strokes import read_strokes
from mnist_core.preprocessing.image_file import read_image
from mnist_core.runs.model_registry import default_model, load_file
from mnist_core.runs.store import RunStore
from tests.diverged import make_diverged
from tests.forged import find_component, send_event, send_state
from ui import neighbors_view, state
from ui.drawing.canvas_report import HEIGHT, MAX_POINTS, MAX_STROKES
from ui.drawing.image_input import flatten_alpha
from ui.drawing.sample_pictures import FOLDER
from ui.state import DIGIT_CANVAS, NUMBER_CANVAS, CanvasKeys


class BuiltIndex:
    """An index that finds the first four training images."""

    is_running, problem = False, None

    @property
    def index(self) -> "BuiltIndex":
        """The index itself."""
        return self

    def query(self, features: np.ndarray, count: int) -> Neighbors:
        """Return the same images for all features."""
        return Neighbors(np.arange(4), np.ones(4, np.float32))


BUILT = BuiltIndex()
SEVEN = [(100, 80), (230, 80), (150, 280)]
ONE = [(30, 30), (30, 100)]


def draw(app: AppTest, keys: CanvasKeys, *strokes: list[tuple[int, int]]) -> None:
    """Report strokes as the canvas in the browser does."""
    app.session_state[keys.widget] = report(keys, *strokes)


def report(keys: CanvasKeys, *strokes: list[tuple[int, int]]) -> dict[str, Any]:
    """Return what the canvas in the browser reports after strokes."""
    picture = np.zeros((HEIGHT, keys.width, 4), np.uint8)
    picture[..., 3] = 255
    for stroke in strokes:
        points = np.array(stroke, np.int32)
        cv2.polylines(picture, [points], False, (255, 255, 255, 255), 22, cv2.LINE_AA)
    content = base64.b64encode(cv2.imencode(".png", picture)[1].tobytes()).decode()
    objects: list[dict[str, Any]] = [_make_path(stroke) for stroke in strokes]
    return {"drawing": {"raw": {"objects": objects}, "data": f"data:image/png;base64,{content}"}}


def _make_path(stroke: list[tuple[int, int]]) -> dict[str, Any]:
    """Return a stroke as an object of the canvas."""
    return {"type": "Path", "path": [["M", *stroke[0]], *(["L", *point] for point in stroke[1:])]}


def test_the_page_opens_with_a_shipped_model(open_app: Callable[..., AppTest]) -> None:
    """It is chosen before anything was trained."""
    app = open_app()
    assert not app.exception
    assert not app.error
    assert app.selectbox[0].value == app.session_state[state.MODEL_ID]


def test_a_loaded_model_is_not_chosen_automatically(
    open_app: Callable[..., AppTest], runs_folder: Path
) -> None:
    """The default model stays chosen, and a damaged file causes no error."""
    store = RunStore(runs_folder)
    load_file(store, "Sound.onnx", (PRETRAINED / "compact.onnx").read_bytes())
    broken = load_file(store, "Broken.onnx", DEFAULT_MODEL.read_bytes())
    broken.path.write_bytes(b"no model")
    app = open_app()
    assert not app.exception
    assert not app.error
    assert app.selectbox[0].value == default_model().id
    assert {"Sound.onnx", "Broken.onnx"} <= set(app.selectbox[0].options)


def test_a_diverged_model_shows_a_message(
    open_app: Callable[..., AppTest], runs_folder: Path
) -> None:
    """It outputs NaN, which JSON cannot represent."""
    content = (PRETRAINED / "compact.onnx").read_bytes()
    diverged = load_file(RunStore(runs_folder), "Diverged.onnx", content)
    diverged.path.write_bytes(make_diverged())
    app = open_app()
    app.selectbox[0].select(diverged.id).run()
    assert not app.exception
    assert "outputs NaN" in app.error[0].value
    app.selectbox[0].select(default_model().id).run()
    assert not app.error


def test_a_drawing_is_kept_for_the_other_pages(open_app: Callable[..., AppTest]) -> None:
    """After a visit to another page, the canvas receives its strokes again."""
    app = open_app()
    draw(app, DIGIT_CANVAS, SEVEN)
    app.run()
    assert app.session_state[state.DRAWING_PIXELS].shape == (HEIGHT, DIGIT_CANVAS.width, 4)
    app.switch_page("pages/train.py").run()
    app.switch_page("pages/draw.py").run()
    assert not app.exception
    assert app.session_state[DIGIT_CANVAS.start]["objects"] == [_make_path(SEVEN)]


def test_presses_that_come_together_are_all_followed(open_app: Callable[..., AppTest]) -> None:
    """Each once, and what the browser reports of the strokes in between changes nothing."""
    app = open_app()
    send_state(app, DIGIT_CANVAS.widget, report(DIGIT_CANVAS, SEVEN, ONE))
    undos = [[1, "undo"], [2, "undo"]]
    send_event(app, f"{DIGIT_CANVAS.widget}_script", "presses", undos)
    assert app.session_state[DIGIT_CANVAS.start]["objects"] == []
    send_state(app, DIGIT_CANVAS.widget, report(DIGIT_CANVAS, SEVEN))
    assert app.session_state[DIGIT_CANVAS.strokes] is None
    redo = [*undos, [3, "redo"], [4, "boil"], ["5", "redo"]]
    send_event(app, f"{DIGIT_CANVAS.widget}_script", "presses", redo)
    assert app.session_state[DIGIT_CANVAS.start]["objects"] == [_make_path(SEVEN)]


@pytest.mark.parametrize(
    "forged",
    [
        {"drawing": "x"},
        {"drawing": [1]},
        {"backgroundFit": "x"},
        {"drawing": {"raw": []}},
        {"drawing": {"raw": {"objects": 5}}},
        {"drawing": {"raw": {"objects": [[]]}}},
        {"drawing": {"raw": {"objects": [_make_path(ONE)] * (MAX_STROKES + 1)}}},
        {"drawing": {"raw": {"objects": [_make_path(ONE * MAX_POINTS)]}}},
        {"drawing": {"data": "abc"}},
        {"drawing": {"data": "data:image/png;base64,é"}},
        {"drawing": {"data": report(NUMBER_CANVAS, ONE)["drawing"]["data"]}},
    ],
)
def test_forged_reports_are_ignored(
    open_app: Callable[..., AppTest], forged: dict[str, Any]
) -> None:
    """The drawing stays, and the next stroke is taken."""
    app = open_app()
    drawn = report(DIGIT_CANVAS, SEVEN)
    send_state(app, DIGIT_CANVAS.widget, drawn)
    changed = forged.get("drawing")
    forged = {**drawn, **forged}
    if isinstance(changed, dict):
        forged["drawing"] = {**drawn["drawing"], **changed}
    send_state(app, DIGIT_CANVAS.widget, forged)
    assert not app.exception and not app.error
    assert app.session_state[DIGIT_CANVAS.strokes]["objects"] == [_make_path(SEVEN)]
    send_state(app, DIGIT_CANVAS.widget, report(DIGIT_CANVAS, SEVEN, ONE))
    assert len(app.session_state[DIGIT_CANVAS.strokes]["objects"]) == 2
    assert find_answer(app)["probabilities"]


def test_a_cleared_drawing_stays_cleared(open_app: Callable[..., AppTest]) -> None:
    """The canvas reports the old strokes once more after Clear; they are ignored."""
    app = open_app()
    draw(app, DIGIT_CANVAS, SEVEN)
    app.run()
    app.button("digit_canvas_clear").click()
    draw(app, DIGIT_CANVAS, SEVEN)
    app.run()
    assert app.session_state[state.DRAWING_PIXELS] is None


def test_undo_restores_a_cleared_drawing(open_app: Callable[..., AppTest]) -> None:
    """On an empty canvas both buttons are disabled."""
    app = open_app()
    assert app.button("digit_canvas_undo").disabled
    assert app.button("digit_canvas_clear").disabled
    draw(app, DIGIT_CANVAS, SEVEN, ONE)
    app.run()
    app.button("digit_canvas_clear").click().run()
    assert app.session_state[DIGIT_CANVAS.start]["objects"] == []
    assert app.button("digit_canvas_clear").disabled
    app.button("digit_canvas_undo").click().run()
    restored = app.session_state[DIGIT_CANVAS.start]["objects"]
    assert restored == [_make_path(SEVEN), _make_path(ONE)]
    draw(app, DIGIT_CANVAS, SEVEN, ONE)
    app.run()
    assert app.session_state[state.DRAWING_PIXELS] is not None


def test_undo_removes_the_last_stroke(open_app: Callable[..., AppTest]) -> None:
    """The canvas receives all strokes but the last."""
    app = open_app()
    draw(app, DIGIT_CANVAS, SEVEN, ONE)
    app.run()
    app.button("digit_canvas_undo").click().run()
    assert app.session_state[DIGIT_CANVAS.start]["objects"] == [_make_path(SEVEN)]


def test_undo_takes_back_only_what_made_a_drawing_too_long(
    open_app: Callable[..., AppTest],
) -> None:
    """A sentence says so; the strokes before it stay."""
    app = open_app()
    draw(app, DIGIT_CANVAS, SEVEN)
    app.run()
    assert not app.warning
    draw(app, DIGIT_CANVAS, SEVEN, ONE * MAX_POINTS)
    app.run()
    (warning,) = app.warning
    assert warning.value.startswith("This drawing is too long to be kept: ")
    app.button("digit_canvas_undo").click().run()
    assert app.session_state[DIGIT_CANVAS.start]["objects"] == [_make_path(SEVEN)]


@pytest.mark.parametrize("button", ["undo", "clear"])
def test_a_first_drawing_that_is_too_long_can_be_removed(
    open_app: Callable[..., AppTest], button: str
) -> None:
    """The canvas is empty then."""
    app = open_app()
    draw(app, DIGIT_CANVAS, ONE * MAX_POINTS)
    app.run()
    edition = app.session_state[DIGIT_CANVAS.start].get("edition", 0)
    app.button(f"digit_canvas_{button}").click().run()
    start = app.session_state[DIGIT_CANVAS.start]
    assert start["objects"] == [] and start["edition"] > edition


def test_two_quick_undos_remove_two_strokes(open_app: Callable[..., AppTest]) -> None:
    """The second may come before the canvas has reported the first."""
    app = open_app()
    draw(app, DIGIT_CANVAS, SEVEN, ONE, ONE)
    app.run()
    for _ in range(2):
        app.button("digit_canvas_undo").click()
        draw(app, DIGIT_CANVAS, SEVEN, ONE, ONE)
        app.run()
    assert app.session_state[DIGIT_CANVAS.start]["objects"] == [_make_path(SEVEN)]


def compare(app: AppTest, comparison: str) -> str:
    """Draw a 7, choose what it is compared with, and return the page's HTML."""
    draw(app, DIGIT_CANVAS, SEVEN)
    app.session_state["draw_comparison"] = comparison
    app.run()
    assert not app.exception and not app.error
    return " ".join(item.proto.body for item in app.get("html"))


def test_next_steps_need_a_drawing(open_app: Callable[..., AppTest]) -> None:
    """Without one there are sample digits; the comparison stays chosen in another mode."""
    app = open_app()
    keys = ("draw_inside", "draw_train")
    assert not [button for button in app.button if button.key in keys]
    compare(app, "preparation")
    assert [button.key for button in app.button if button.key in keys] == list(keys)
    for mode in ("number", "digit"):
        app.session_state[state.DRAW_MODE] = mode
        app.run()
    assert app.session_state["draw_comparison"] == "preparation"


def test_both_preparations_are_compared(open_app: Callable[..., AppTest]) -> None:
    """Their difference shows best with a small digit in a corner."""
    app = open_app()
    html = compare(app, "preparation")
    assert "Cropped, fitted and centered" in html and "Simply shrunk" in html
    app.button("draw_corner").click().run()
    (seven,) = read_strokes(app.session_state[DIGIT_CANVAS.start])
    assert seven.min() >= 10 and seven.max() < HEIGHT / 3
    assert not app.exception


def test_two_models_are_compared(open_app: Callable[..., AppTest]) -> None:
    """The second one can be chosen; both predictions are shown."""
    app = open_app()
    html = compare(app, "model")
    (other,) = (box for box in app.selectbox if box.label == "Other model")
    assert other.value != app.session_state[state.MODEL_ID]
    assert html.count("<strong>7</strong>") == 2


def test_similar_training_digits_are_shown(
    open_app: Callable[..., AppTest], monkeypatch: pytest.MonkeyPatch
) -> None:
    """By the features of the network that classifies the drawing."""
    asked: list[tuple[Any, ...]] = []

    def get_index(*about: Any) -> Any:
        asked.append(about)
        return BUILT

    app = open_app()
    monkeypatch.setattr(neighbors_view, "get_index", get_index)
    assert "Training image 3" in compare(app, "neighbors")
    assert asked[0][0].id == app.session_state[state.MODEL_ID]


def test_models_are_named_with_their_accuracy(open_app: Callable[..., AppTest]) -> None:
    """Where it is recorded."""
    app = open_app()
    recorded = json.loads((PRETRAINED / "test_accuracy.json").read_text())
    for name, accuracy in recorded.items():
        title = f"{name.capitalize()} (built in), {100 * accuracy:.2f}\u00a0%"
        assert title in app.selectbox[0].options


def test_a_letter_in_a_number_has_a_dashed_box(open_app: Callable[..., AppTest]) -> None:
    """The boxes of the digits beside it are not dashed."""
    app = open_app()
    app.session_state[state.DRAW_MODE] = "number"
    app.run()
    letter = [(330, 280), (400, 60), (470, 280), (435, 180), (365, 180)]
    draw(app, NUMBER_CANVAS, [(200, 60), (190, 280)], letter, [(600, 60), (590, 280)])
    app.run()
    boxes = next(item.proto.body for item in app.get("html") if "doubtful" in item.proto.body)
    assert boxes.count("<i") == 3
    assert boxes.count("unsure") == boxes.count('class="doubtful"') == 1
    assert app.info[0].value.startswith("**One digit is uncertain; its box is dashed.**")


def test_a_number_is_classified(open_app: Callable[..., AppTest]) -> None:
    """Two vertical strokes side by side are an eleven."""
    app = open_app()
    app.session_state[state.DRAW_MODE] = "number"
    app.run()
    draw(app, NUMBER_CANVAS, [(200, 60), (190, 280)], [(420, 60), (410, 280)])
    app.run()
    assert not app.exception
    assert [item.value for item in app.code] == ["11"]


def test_two_digits_are_taken_along_to_the_number_mode(open_app: Callable[..., AppTest]) -> None:
    """They are read at once; Undo on an empty canvas brings back what was there before."""
    app = open_app()
    app.session_state[NUMBER_CANVAS.strokes] = {"objects": [_make_path(ONE)]}
    draw(app, DIGIT_CANVAS, [(60, 60), (50, 280)])
    app.run()
    assert not [button for button in app.button if button.label == "Read as a number"]
    draw(app, DIGIT_CANVAS, [(60, 60), (50, 280)], [(240, 60), (230, 280)])
    app.run()
    next(button for button in app.button if button.label == "Read as a number").click().run()
    assert not app.exception
    assert app.session_state[state.DRAW_MODE] == "number"
    assert [item.value for item in app.code] == ["11"]
    assert len(app.session_state[NUMBER_CANVAS.start]["objects"]) == 2
    assert len(app.session_state[NUMBER_CANVAS.cleared]) == 1


def test_a_damaged_model_shows_a_message(
    open_app: Callable[..., AppTest], runs_folder: Path
) -> None:
    """The message names the file, and another model can still be chosen."""
    app = open_app()
    run = RunStore(runs_folder).create(TrainingConfig(), name="Broken", status="finished")
    run.model_path.write_bytes(b"not a model")
    app.session_state[state.MODEL_ID] = run.id
    app.run()
    assert not app.exception
    (error,) = app.error
    assert error.value.replace("\\", "").startswith("model.onnx cannot be used as a model:")
    assert len(app.selectbox[0].options) > 1


def make_file(digit: str | None) -> bytes:
    """Return an image file of a 7 or a letter; without one, a file that is not an image."""
    if digit is None:
        return b"Dear reader"
    pixels = np.full((300, 300), 250, np.uint8)
    strokes = {"7": [SEVEN], "A": [[(60, 260), (150, 40), (240, 260)], [(100, 180), (200, 180)]]}
    for stroke in strokes[digit]:
        cv2.polylines(pixels, [np.array(stroke, np.int32)], False, 10, 22, cv2.LINE_AA)
    return cv2.imencode(".png", pixels)[1].tobytes()


def open_picture(open_app: Callable[..., AppTest], digit: str | None) -> AppTest:
    """Open the page with a picture."""
    app = open_app()
    app.session_state[state.DRAW_MODE] = "picture"
    app.run()
    assert not app.exception
    app.session_state[state.PICTURE] = make_file(digit)
    app.run()
    assert not app.exception
    return app


def find_answer(app: AppTest) -> dict[str, Any]:
    """Return the data of the prediction component."""
    (answer,) = [
        item.proto
        for item in app.get("bidi_component")
        if item.proto.component_name.endswith("answer")
    ]
    return json.loads(answer.json)


def test_a_picture_is_classified_and_can_be_replaced(open_app: Callable[..., AppTest]) -> None:
    """It stays when another page is visited, until it is removed."""
    app = open_picture(open_app, "7")
    answer = find_answer(app)
    assert int(np.argmax(answer["probabilities"])) == 7
    assert answer["warning"] == ""
    app.switch_page("pages/train.py").run()
    app.switch_page("pages/draw.py").run()
    assert int(np.argmax(find_answer(app)["probabilities"])) == 7
    next(button for button in app.button if button.label == "Another picture").click().run()
    assert "probabilities" not in find_answer(app)


def test_a_number_in_a_picture_is_shown_as_text(open_app: Callable[..., AppTest]) -> None:
    """With a box for each digit instead of the bars."""
    app = open_app()
    app.session_state[state.DRAW_MODE] = "picture"
    app.session_state[state.PICTURE] = (FOLDER / "number.jpg").read_bytes()
    app.run()
    assert not app.exception
    assert [item.value for item in app.code] == ["55079"]


def test_a_table_in_a_picture_is_shown_as_a_table(open_app: Callable[..., AppTest]) -> None:
    """Its cells are separated by tabs, as a spreadsheet takes them."""
    number = read_image((FOLDER / "number.jpg").read_bytes())
    app = open_app()
    app.session_state[state.DRAW_MODE] = "picture"
    gap = number[:, -1:].repeat(500, axis=1)
    table = np.hstack([number, gap, number])
    app.session_state[state.PICTURE] = cv2.imencode(".png", table[..., ::-1])[1].tobytes()
    app.run()
    assert not app.exception
    assert [item.value for item in app.code] == ["55079\t55079"]


def test_the_sentence_fits_the_mode(open_app: Callable[..., AppTest]) -> None:
    """It speaks of pictures in the mode for pictures."""
    app = open_app()
    app.session_state[state.DRAW_MODE] = "picture"
    app.run()
    assert any("in a picture" in item.proto.body for item in app.get("html"))


def test_a_letter_gives_a_warning_and_a_prediction(open_app: Callable[..., AppTest]) -> None:
    """The bars are still shown."""
    answer = find_answer(open_picture(open_app, "A"))
    assert answer["warning"] == "This may not be a digit."
    assert sum(answer["probabilities"]) == pytest.approx(1, abs=1e-5)


def test_a_file_that_is_not_an_image_shows_a_message(open_app: Callable[..., AppTest]) -> None:
    """Another one can be chosen at once."""
    app = open_picture(open_app, None)
    assert ["not a readable image" in error.value for error in app.error] == [True]
    assert any(button.label == "Another picture" for button in app.button)
    assert "probabilities" not in find_answer(app)


def test_a_pasted_picture_is_classified(open_app: Callable[..., AppTest]) -> None:
    """It replaces the previous one; a message that is not a picture does not."""
    app = open_picture(open_app, "A")
    content = base64.b64encode(make_file("7")).decode()
    send_event(app, "picture_paste", "picture", f"data:image/png;base64,{content}")
    for forged in (None, 5, ["x"], "abc", "data:image/png;base64,é"):
        send_event(app, "picture_paste", "picture", forged)
        assert not app.exception and not app.error
        assert app.session_state[state.PICTURE] == make_file("7")
    assert int(np.argmax(find_answer(app)["probabilities"])) == 7


def test_a_pasted_picture_that_is_too_large_shows_a_message(
    open_app: Callable[..., AppTest],
) -> None:
    """The browser does not send it: in Base64, a third longer, it would end the connection."""
    app = open_picture(open_app, "7")
    limit = json.loads(find_component(app, "picture_paste").proto.json)["maxBytes"]
    assert 4 / 3 * limit + 500_000 < config.get_option("server.maxWidgetStateSize") * 1_000_000
    send_event(app, "picture_paste", "refused", limit + 1)
    (error,) = app.error
    assert error.value.startswith("This file has 19 MB; expected at most 18 MB.")
    assert int(np.argmax(find_answer(app)["probabilities"])) == 7
    for forged in (None, -1, "x", 10**400, [1]):
        send_event(app, "picture_paste", "refused", forged)
        assert not app.exception and not app.error


@pytest.mark.parametrize(("ink", "background"), [(20, 255), (235, 0)])
def test_transparent_images_get_a_contrasting_background(ink: int, background: int) -> None:
    """Dark ink on white, light ink on black; half opaque pixels are half of each."""
    pixels = np.zeros((2, 3, 4), np.uint8)
    pixels[0] = (ink, ink, ink, 255)
    pixels[1, 0] = (ink, ink, ink, 128)
    shown = flatten_alpha(pixels)
    assert (shown[0] == ink).all()
    assert shown[1, 0] == pytest.approx((ink + background) / 2, abs=2)
    assert (shown[1, 1:] == background).all()
