"""The keys of the session state that several modules use.

Unlike the values of widgets, values under these keys are kept when another page is visited; they
are lost when the browser reloads the page, unless `ui.restored_session` restores them. The keys of
a page's widgets begin with its name.
"""

from dataclasses import dataclass

LANGUAGE = "language"
"""str: the code of the language that the person chose."""

MODEL_ID = "model_id"
"""str: the id of the model that is chosen on all pages."""

DRAWING_PIXELS = "drawing_pixels"
"""(h, w, 4) uint8 or None: the last drawing of one digit."""

RUN_ID = "run_id"
"""str: the id of the run that the Train page showed last."""

TRAIN_DRAFT = "train_draft"
"""ui.training.design_draft.Draft: the network that is being designed."""

DESIGN_PROBLEM = "design_upload_problem"
"""Message: why the file of a network that was chosen last cannot be opened."""

RUNS_MARKED = "runs_marked"
"""list[str]: the ids of the runs that are marked in the table of the Train page."""

RUN_CLICKED = "run_clicked"
"""tuple[str, int, str] or None: the table's key, and row and column of its selected cell."""

TRAIN_BASELINE = "train_baseline"
"""str: the id of the run whose settings the form took over, to change one of them."""


@dataclass(frozen=True)
class CanvasKeys:
    """The keys of one canvas, and its width.

    Attributes:
        width: Its width in pixels.
        widget: The value of the component, which is lost when another page is visited.
        frame: The container of the canvas and its buttons.
        pixels: (h, w, 4) uint8 or None, the drawing.
        strokes: dict or None, the drawing as the component's JSON.
        start: dict, the drawing that was last passed to the component.
        outdated: list, what was on the canvas before and the browser may still report.
        cleared: list, the strokes that Clear removed last and that Undo restores.
        history: list, the strokes on the canvas and those that Undo removed from their end.
    """

    width: int
    widget: str
    frame: str
    pixels: str
    strokes: str
    start: str
    outdated: str
    cleared: str
    history: str


DIGIT_CANVAS = CanvasKeys(
    width=336,
    widget="digit_canvas",
    frame="digit_canvas_frame",
    pixels=DRAWING_PIXELS,
    strokes="drawing_strokes",
    start="drawing_start",
    outdated="drawing_outdated",
    cleared="drawing_cleared",
    history="drawing_history",
)
NUMBER_CANVAS = CanvasKeys(
    width=784,
    widget="number_canvas",
    frame="number_canvas_frame",
    pixels="number_pixels",
    strokes="number_strokes",
    start="number_start",
    outdated="number_outdated",
    cleared="number_cleared",
    history="number_history",
)
HAND_CANVAS = CanvasKeys(
    width=336,
    widget="hand_canvas",
    frame="hand_canvas_frame",
    pixels="hand_pixels",
    strokes="hand_strokes",
    start="hand_start",
    outdated="hand_outdated",
    cleared="hand_cleared",
    history="hand_history",
)

PEN_WIDTH = "pen_width"
"""int: the width of the pen, in pixels of the canvas."""

HAND_ID = "hand_id"
"""int: the id of the hand that is chosen on all pages."""

KEPT = "kept"
"""dict[str, KeptNote]: by canvas, the drawing that was kept from it last, until the next one."""

HAND_ERROR = "hand_error"
"""MnistError: why the hand could not be read or changed, shown once."""

HAND_MESSAGE = "hand_message"
"""str: what was done with the hand's drawings, shown once."""

HAND_PART = "hand_part"
"""str: the part of the page My hand that is shown."""

HAND_ASKED = "hand_asked"
"""int or None: the digit that the guided round asks for, None for the one with the fewest."""

HAND_DRAWING = "hand_drawing"
"""int or None: the id of the drawing that the page My hand shows in detail."""

LIVE_TEACHING = "live_teaching"
"""LiveTeaching: the model that was taught at once and follows the drawings."""

TEACHING_DUE = "teaching_due"
"""bool: whether the drawings have changed since it was taught."""

EPOCHS = "epochs"
"""dict[str, int | None]: by model id, the chosen epoch; None for the final model."""

INSIDE_STAGE = "inside_stage"
"""str or None: the stage that the Inside page shows, by the name of its first layer."""

DRAW_MODE = "draw_mode"
"""str: the mode of the Draw page: "digit", "number" or "picture"."""

SAMPLES = "samples"
"""int: how many sample digits were put on the canvas of the Draw page."""

PICTURE = "picture"
"""bytes or None: the image file that was last chosen on the Draw page."""

PICTURE_REFUSED = "picture_refused"
"""Message: why the image that was pasted last was not taken, shown once."""

INSIDE_CHANNELS = "inside_channels"
"""dict[str, int]: by network and stage, the feature map or unit chosen on the Inside page."""

PIXELS_SELECTION = "pixels_selection"
"""ImageSelection: the image that the Pixels page shows."""

PIXELS_PARAMETERS = "pixels_parameters"
"""dict[str, str]: the parameters that the Pixels page wrote into its address last."""

PIXELS_PROBLEMS = "pixels_problems"
"""tuple[ImageSelection, list[Message]]: what an address chose, and what is wrong with it."""

PIXEL_EDITS = "pixel_edits"
"""dict[str, list[LabeledImage]]: by image, what it was after each edit, the newest last."""

PIXELS_SCALED = "pixels_scaled"
"""bool: whether the Pixels page shows values in 0..1 instead of 0..255."""

PIXELS_ERROR = "pixels_error"
"""str or None: why the last typed value was rejected, shown once."""

PIXELS_ACKNOWLEDGED = "pixels_acknowledged"
"""int: the number of the last message from the pixel editor that was handled."""

PIXELS_STEP = "pixels_step"
"""int: the step of the preparation that the Pixels page shows, from 0."""

TRAIN_CLICKS = "train_clicks"
"""Clicks: the clicks on the Train page that started a run."""

FILES_LOADED = "files_loaded"
"""int: the number of model files that the Train page has loaded."""

FILE_LOADED = "file_loaded"
"""tuple[str, bool]: the title of the model file that was loaded just now, and whether it was loaded
before; shown once."""

ERRORS_VIEW = "errors_view"
"""View: what is chosen on the Errors page, except the model."""

ERRORS_ADDRESS = "errors_address"
"""dict[str, str]: the parameters that the Errors page wrote into its address last."""

ERRORS_MODEL = "errors_model"
"""str: the id of the model that the Errors page showed last."""

ERRORS_DRAWINGS = "errors_drawings"
"""Split: the drawings that the Errors page evaluated last. Others may keep or delete some since."""

ERRORS_GUESSES = "errors_guesses"
"""dict[str, dict[int, int]]: by round of the game, the digit guessed for each image."""

ERRORS_SCORES = "errors_scores"
"""dict[str, Score]: the score of each finished round of the game."""

ERRORS_JUDGMENTS = "errors_judgments"
"""dict[int, str]: the person's judgment of training images by index: "label", "suggested" or
"neither"."""

ERRORS_SEARCH_ERROR = "errors_search_error"
"""str: why the search for label issues could not start, shown once."""

LEARN_CHAPTER = "learn_chapter"
"""int: the number of the chapter that the Learn page showed last, from 1."""

LEARN_ANSWERS = "learn_answers"
"""dict[str, float | str]: by chapter, the last answer to its question."""

LEARN_RUN = "learn_run"
"""str: the id of the run that was started on the Learn page."""

LEARN_ROUND = "learn_round"
"""int: the round of the guessing game that the Learn page shows."""

LEARN_STAGE = "learn_stage"
"""str: the stage that the Learn page shows, by the name of its first layer."""

LEARN_ERROR = "learn_error"
"""RunError: why a training could not be started, shown once."""
