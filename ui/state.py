"""Every key of the session state, spelled once.

Values under these keys live until the page is loaded anew; they survive a change of page, which the
values of widgets do not. Widgets of a page have keys of their own that begin with its name.
"""

from dataclasses import dataclass

MODEL_ID = "model_id"
"""str: the id of the model that answers on every page."""

DRAWING_PIXELS = "drawing_pixels"
"""(h, w, 4) uint8 or None: what the canvas for one digit showed last."""

RUN_ID = "run_id"
"""str: the training run that the Train page has shown last."""

RUN_NAMES = "run_names"
"""dict[str, str]: by run, what the Train page has called it last in its lists."""


@dataclass(frozen=True)
class CanvasKeys:
    """The keys of one canvas.

    widget: the component's own value, gone when the page is left.
    frame: the box around the canvas and its buttons.
    pixels: (h, w, 4) uint8 or None, the drawing.
    strokes: dict or None, the drawing as the canvas's own JSON.
    start: dict, what the canvas was told to show when it was last filled from here.
    outdated: dict or None, strokes that were replaced here and that the browser may still report.
    cleared: list, the strokes that Clear took away last and that Undo brings back.
    """

    widget: str
    frame: str
    pixels: str
    strokes: str
    start: str
    outdated: str
    cleared: str


DIGIT_CANVAS = CanvasKeys(
    widget="digit_canvas",
    frame="digit_canvas_frame",
    pixels=DRAWING_PIXELS,
    strokes="drawing_strokes",
    start="drawing_start",
    outdated="drawing_outdated",
    cleared="drawing_cleared",
)
NUMBER_CANVAS = CanvasKeys(
    widget="number_canvas",
    frame="number_canvas_frame",
    pixels="number_pixels",
    strokes="number_strokes",
    start="number_start",
    outdated="number_outdated",
    cleared="number_cleared",
)

PEN_WIDTH = "pen_width"
"""int: how wide the pen draws, in pixels of the canvas."""

EPOCHS = "epochs"
"""dict[str, int | None]: by model, the epoch that answers; None for the trained network."""

INSIDE_STAGE = "inside_stage"
"""str or None: the layer that the Inside page looks at, by name, with those that belong to it."""

DRAW_MODE = "draw_mode"
"""str: what is drawn on the Draw page: one digit, a whole number, or a picture."""

PICTURE = "picture"
"""bytes or None: the file of the picture that the Draw page read last."""

INSIDE_CHANNELS = "inside_channels"
"""dict[str, int]: by network and stage, the feature map or unit chosen on the Inside page."""

PIXELS_PLACE = "pixels_place"
"""Place: the image that the Pixels page shows."""

PIXELS_ADDRESS = "pixels_address"
"""dict[str, str]: what the Pixels page has last written into the address."""

PIXEL_EDITS = "pixel_edits"
"""dict[str, list[ndarray]]: by image, what it was changed into, the newest last."""

PIXELS_SCALED = "pixels_scaled"
"""bool: whether the Pixels page shows values in 0..1 instead of 0..255."""

PIXELS_NOTE = "pixels_note"
"""str or None: why the last change of a pixel was refused, shown once."""

PIXELS_ANSWERED = "pixels_answered"
"""int: the number of the last message from the picture and table that was dealt with."""

PIXELS_STEP = "pixels_step"
"""int: which step of the preparation the Pixels page shows, from 0."""

TRAIN_CLICKS = "train_clicks"
"""Clicks: which clicks on the Train page have started a run."""

FILES_LOADED = "files_loaded"
"""int: how many model files the Train page has loaded."""

FILE_LOADED = "file_loaded"
"""str: what the model file is called that was loaded just now, told once."""

ERRORS_VIEW = "errors_view"
"""View: what is chosen on the Errors page, except the model."""

ERRORS_ADDRESS = "errors_address"
"""dict[str, str]: the parameters that the Errors page wrote into its address last."""

ERRORS_MODEL = "errors_model"
"""str: the id of the model that the Errors page showed last."""

ERRORS_GUESSES = "errors_guesses"
"""dict[str, dict[int, int]]: by round of the game, the digit guessed for each image."""

ERRORS_SCORES = "errors_scores"
"""dict[str, Score]: the score of each finished round of the game."""

ERRORS_JUDGMENTS = "errors_judgments"
"""dict[int, str]: the person's judgment of training images by index: "label", "suggested" or
"neither"."""

ERRORS_SEARCH_ERROR = "errors_search_error"
"""str: why the search for label issues could not start, shown once."""
