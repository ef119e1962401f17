"""Tests of the Draw page in a browser: draw, upload or paste, and see the prediction."""

import base64
import re

import cv2
import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Page, Route, expect

from benchmarks import picture_ink
from benchmarks.pen_paths import STYLES
from benchmarks.picture_paper import CONDITIONS, SHAPE, render, take_photograph
from benchmarks.simulation import write
from tests.browser.person import (
    DIGITS,
    Point,
    draw,
    draw_by_touch,
    draw_strokes,
    eventually,
    expect_answer,
    expect_strokes,
    expect_to_fit,
    find_canvas,
    move_pen,
    open_page,
    touch_screen,
    wait_until_idle,
)
from tests.core.inference.lines import write_line

# Milliseconds after which the component would have shown its toolbar again.
TOOLBAR_SHOWN = 500
INVITATION = "Draw a digit from 0 to 9"
LETTER_E = [[(0.8, 0.15), (0.2, 0.15), (0.2, 0.85), (0.8, 0.85)], [(0.2, 0.5), (0.7, 0.5)]]
LETTER_A = [[(0.15, 0.85), (0.5, 0.12), (0.85, 0.85)], [(0.3, 0.58), (0.7, 0.58)]]
# Both return whether the page listened already.
PASTE = """
(content) => {
  const bytes = Uint8Array.from(atob(content), (character) => character.charCodeAt(0));
  const clipboardData = new DataTransfer();
  clipboardData.items.add(new File([bytes], "image.jpg", { type: "image/jpeg" }));
  const paste = new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true });
  return !document.body.dispatchEvent(paste);
}
"""

PASTE_LARGE = """
(bytes) => {
  const clipboardData = new DataTransfer();
  clipboardData.items.add(new File([new Uint8Array(bytes)], "image.png", { type: "image/png" }));
  const paste = new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true });
  return !document.body.dispatchEvent(paste);
}
"""

COUNT_INK = """
(canvas) => {
  const { width, height } = canvas;
  const row = canvas.getContext("2d").getImageData(0, height / 2, width, 1).data;
  return row.filter((value, index) => index % 4 === 0 && value > 127).length;
}
"""
CAMERA = """
navigator.mediaDevices.getUserMedia = async () => {
  const scene = Object.assign(document.createElement("canvas"), { width: 640, height: 480 });
  const pen = scene.getContext("2d");
  pen.fillStyle = "#e8e4da";
  pen.fillRect(0, 0, 640, 480);
  pen.lineWidth = 24;
  for (const [x, y] of [[230, 120], [400, 120], [300, 380]]) pen.lineTo(x, y);
  pen.stroke();
  setInterval(() => pen.stroke(), 50);
  return scene.captureStream();
};
"""


def shrink(digit: str, left: float, width: float) -> list[list[Point]]:
    """Return a digit's strokes, moved and scaled to a part of the canvas's width."""
    return [[(left + 0.05 + width * (x - 0.2), y) for x, y in stroke] for stroke in DIGITS[digit]]


def open_draw(page: Page) -> None:
    """Open the app; the Draw page is the first."""
    page.goto("/")
    expect(find_canvas(page)).to_be_visible()
    wait_until_idle(page)


def begin_one(page: Page) -> Point:
    """Draw a 1 without lifting the pen, and return where the pen is."""
    canvas = find_canvas(page).bounding_box()
    assert canvas is not None
    x, y = canvas["x"] + 0.48 * canvas["width"], canvas["y"] + 0.8 * canvas["height"]
    page.mouse.move(x, canvas["y"] + 0.2 * canvas["height"])
    page.mouse.down()
    page.mouse.move(x, y, steps=30)
    return x, y


def clear(page: Page) -> None:
    """Clear the canvas and wait until no prediction is shown."""
    page.get_by_role("button", name="Clear").click()
    expect(page.locator(".answer-note")).to_have_text(INVITATION)
    expect(page.locator(".answer-digit")).to_have_text("")
    expect_strokes(page, 0)


def test_digits_drawn_with_the_mouse_are_classified(page: Page) -> None:
    """Styles that are rare in MNIST are classified too, without a warning.

    On a blank canvas, also after Clear, there is an invitation and no digit.
    """
    open_draw(page)
    expect(page.locator(".answer-note")).to_have_text(INVITATION)
    styles = {"slashed 0": 0, "1 with flag and foot": 1, "barred 7": 7, "open 4": 4}
    for drawn, digit in {"0": 0, "1": 1, "7": 7, **styles}.items():
        draw(page, drawn)
        expect_answer(page, digit)
        expect(page.locator(".answer-warning")).to_have_text("")
        clear(page)


def test_a_letter_and_two_digits_give_a_warning(page: Page) -> None:
    """The bars stay, also during the next stroke; a digit drawn afterwards gives no warning."""
    open_draw(page)
    warning = page.locator(".answer-warning")
    draw_strokes(page, LETTER_A)
    expect(warning).to_have_text("This may not be a digit.")
    expect(page.locator(".answer-bars .predicted")).to_have_count(1)
    canvas = find_canvas(page).bounding_box()
    assert canvas is not None
    page.mouse.move(canvas["x"] + 60, canvas["y"] + 60)
    page.mouse.down()
    page.mouse.move(canvas["x"] + 120, canvas["y"] + 60, steps=10)
    expect(warning).to_have_text("This may not be a digit.")
    page.mouse.up()
    expect_strokes(page, len(LETTER_A) + 1)
    clear(page)
    draw_strokes(page, shrink("3", 0.0, 0.5) + shrink("5", 0.5, 0.5))
    expect(warning).to_have_text("More than one digit?")
    clear(page)
    draw(page, "3")
    expect_answer(page, 3)
    expect(warning).to_have_text("")


def test_a_digit_drawn_by_touch_on_a_phone_is_classified(phone: Page) -> None:
    """Touch events draw, and the page fits the screen."""
    open_draw(phone)
    draw_by_touch(phone, "7")
    expect_answer(phone, 7)
    expect_to_fit(phone)


def test_a_finger_that_rests_on_the_screen_keeps_no_stroke_open(phone: Page) -> None:
    """Each stroke ends when the finger that draws is lifted."""
    open_draw(phone)
    with touch_screen(phone) as touch:
        touch("touchStart", (5, 700))
        draw_by_touch(phone, "4", finger=1)
    expect_answer(phone, 4)


def test_a_stroke_that_the_browser_cancels_is_kept(phone: Page) -> None:
    """Such as by a gesture of the system; it can be undone, and the next stroke adds to it."""
    open_draw(phone)
    draw_by_touch(phone, "4", end="touchCancel")
    expect_answer(phone, 4)
    phone.get_by_role("button", name="Undo").click()
    expect_strokes(phone, len(DIGITS["4"]) - 1)


def test_the_prediction_is_shown_during_a_stroke(page: Page) -> None:
    """The browser classifies the drawing before the stroke has ended."""
    open_draw(page)
    expect(page.locator(".answer-note")).to_be_visible()
    begin_one(page)
    expect_answer(page, 1)
    page.mouse.up()


def test_a_stroke_may_begin_before_the_prediction_is_ready(page: Page) -> None:
    """Its script arrives while the pen is down; the next move of the pen is enough."""
    waiting: list[Route] = []

    def hold_import(route: Route) -> None:
        if route.request.resource_type == "script":
            waiting.append(route)
        else:
            route.continue_()

    page.route("**/live/answer.js", hold_import)
    open_draw(page)
    x, y = begin_one(page)
    eventually(page, lambda: waiting)
    for route in waiting:
        route.continue_()
    expect(page.locator(".answer-note")).to_be_visible()
    page.mouse.move(x, y + 5)
    expect_answer(page, 1)
    page.mouse.up()


def test_the_server_classifies_if_the_browser_cannot(page: Page) -> None:
    """Without the runtime in the browser, the prediction is shown after the stroke."""
    page.route("**/*.wasm.gz", lambda route: route.abort())
    open_draw(page)
    draw(page, "0")
    expect_answer(page, 0)


def test_the_pen_has_the_chosen_width(page: Page) -> None:
    """Already in the first stroke after the change; the choice survives another page."""
    open_draw(page)
    pen = page.get_by_role("slider")
    pen.press("End")
    expect(page.get_by_test_id("stSliderThumbValue")).to_have_text("Pen 40")
    expect(page.locator("[data-pen]")).to_have_attribute("data-pen", "40")
    draw(page, "1")
    expect(page.locator(".answer-digit")).not_to_have_text("")
    layer = page.locator(".st-key-digit_canvas .dc-canvas.lower-canvas")
    assert layer.evaluate(COUNT_INK) == pytest.approx(40, abs=4)
    open_page(page, "Pixels")
    open_page(page, "Draw")
    expect(page.get_by_test_id("stSliderThumbValue")).to_have_text("Pen 40")


def test_undo_removes_the_last_stroke(page: Page) -> None:
    """The other strokes stay, and the prediction follows."""
    open_draw(page)
    draw(page, "1")
    expect_answer(page, 1)
    draw_strokes(page, [[(0.2, 0.5), (0.8, 0.5)]])
    expect(page.locator(".answer-bars li").nth(1)).not_to_have_class("predicted")
    page.get_by_role("button", name="Undo").click()
    expect_answer(page, 1)


def test_the_component_shows_no_toolbar_of_its_own(page: Page) -> None:
    """The page has its own Undo and Clear."""
    open_draw(page)
    toolbar = page.locator(".dc-toolbar")
    expect(toolbar).to_have_count(1)
    expect(toolbar).to_be_hidden()
    draw(page, "open 4")
    expect_answer(page, 4)
    for name in ("Undo", "Clear"):
        page.get_by_role("button", name=name).click()
        page.wait_for_timeout(TOOLBAR_SHOWN)
        expect(toolbar).to_be_hidden()
    page.get_by_text("A number", exact=True).click()
    expect(toolbar).to_have_count(1)
    page.wait_for_timeout(TOOLBAR_SHOWN)
    expect(toolbar).to_be_hidden()


def test_the_drawing_survives_another_page(page: Page) -> None:
    """After a visit to another page the strokes are still there and can be continued."""
    open_draw(page)
    upper, lower = DIGITS["open 4"]
    draw_strokes(page, [upper])
    expect(page.locator(".answer-digit")).not_to_have_text("")
    open_page(page, "Pixels")
    open_page(page, "Draw")
    draw_strokes(page, [lower])
    expect_answer(page, 4)


def test_a_small_digit_in_a_corner_shows_what_the_preparation_does(page: Page) -> None:
    """The comparison shows both images with their predictions."""
    open_draw(page)
    draw(page, "7")
    expect_answer(page, 7)
    page.get_by_text("A simply shrunk canvas").click()
    readings = page.locator(".reading")
    expect(readings).to_have_count(2)
    before = readings.last.locator("img").get_attribute("src")
    page.get_by_role("button", name="Try it small, in a corner").click()
    expect(readings.last.locator("img")).not_to_have_attribute("src", before or "")
    expect(readings.first.locator("strong")).to_have_text("7")
    expect_answer(page, 7)


def test_a_drawing_and_the_input_can_be_saved(page: Page) -> None:
    """As PNG files of the canvas's size and of 28 × 28 pixels."""
    open_draw(page)
    draw(page, "7")
    expect_answer(page, 7)
    page.get_by_role("button", name="Save").click()
    for name, size in (("Drawing", (336, 336)), ("The network’s input", (28, 28))):
        with page.expect_download() as download:
            page.get_by_role("button", name=name).click()
        with Image.open(download.value.path()) as picture:
            assert (picture.format, picture.size, picture.mode) == ("PNG", size, "L")
            assert picture.getextrema()[1] > 200


def test_a_drawing_leads_to_its_way_through_the_network(page: Page) -> None:
    """The Inside page shows the same drawing."""
    open_draw(page)
    draw(page, "7")
    expect_answer(page, 7)
    page.get_by_role("button", name="See inside").click()
    expect(page).to_have_url(re.compile("/inside$"))
    expect(page.locator(".cards .prediction strong")).to_have_text("7")


def test_a_digit_is_chosen_without_a_pen(page: Page) -> None:
    """The answer is announced to screen readers."""
    open_draw(page)
    page.get_by_role("radiogroup", name="No pen at hand").get_by_text("4", exact=True).click()
    expect_answer(page, 4)
    expect(
        page.locator(".answer ~ [role=status], .st-key-draw_digit .unseen[role=status]").last
    ).to_contain_text("4. ")
    page.get_by_role("button", name="Clear").click()
    expect(page.locator(".answer-digit")).to_have_text("")


def test_the_keyboard_moves_a_pen(page: Page) -> None:
    """Arrow keys move it, the space bar puts it down and lifts it, and both are announced."""
    open_draw(page)
    canvas = page.get_by_role("application", name="Canvas")
    canvas.focus()
    page.keyboard.press("Space")
    status = page.locator(".st-key-digit_canvas_frame [role=status]")
    expect(status).to_have_text("Pen down, 50 % from the left and 30 % from the top.")
    for _ in range(14):
        page.keyboard.press("ArrowDown")
    expect_answer(page, 1)
    page.keyboard.press("Space")
    expect(status).to_have_text("Pen up, 50 % from the left and 72 % from the top.")
    expect_strokes(page, 1)
    expect_answer(page, 1)
    expect(canvas).to_be_focused()


def test_nothing_moves_where_less_motion_is_wanted(page: Page) -> None:
    """Transitions and animations last no longer than an instant."""
    page.emulate_media(reduced_motion="reduce")
    open_draw(page)
    longest = page.evaluate(
        """
        Math.max(...[...document.querySelectorAll("*")].flatMap((element) =>
          [undefined, "::before", "::after"].flatMap((pseudo) => {
            const { transitionDuration, animationDuration } = getComputedStyle(element, pseudo);
            return [transitionDuration, animationDuration].join().split(",").map(parseFloat);
          })).filter((seconds) => seconds >= 0))
        """
    )
    assert longest < 0.01


def write_number(number: str, step: float, width: float) -> list[list[Point]]:
    """Return the strokes of a number whose digits begin `step` apart, as fractions of the width."""
    return [
        [(x, 0.2 + 0.62 * y) for x, y in stroke]
        for position, digit in enumerate(number)
        for stroke in shrink(digit, step * position, width)
    ]


def test_a_number_is_classified_digit_by_digit(page: Page) -> None:
    """Each digit has a box, also where neighbors touch, and the number can be copied."""
    open_draw(page)
    page.get_by_text("A number").click()
    for number, step, width in (
        ("2026", 0.22, 0.32),
        ("756299", 0.085, 0.23),
        ("0791234568", 0.09, 0.15),
    ):
        draw_strokes(page, write_number(number, step, width), canvas="number_canvas")
        expect(page.locator(".number b")).to_have_text(list(number))
        expect(page.locator(".st-key-number_text code")).to_have_text(number)
        page.get_by_role("button", name="Clear").click()
        expect_strokes(page, 0, "number_canvas")


def test_what_is_not_a_digit_is_dashed(page: Page) -> None:
    """With a word in its boxes and in total; the digits beside it are sure."""
    open_draw(page)
    page.get_by_text("A number").click()
    letter = [[(0.35 + 0.2 * x, y) for x, y in stroke] for stroke in LETTER_E]
    strokes = [*shrink("2", 0, 0.3), *letter, *shrink("6", 0.6, 0.3)]
    draw_strokes(page, strokes, canvas="number_canvas")
    expect(page.locator(".number .doubtful span").first).to_have_text("unsure")
    expect(page.locator(".number i:not(.doubtful) b")).to_have_text(["2", "6"])
    expect(page.get_by_text(re.compile(r"uncertain; .* dashed\.")).first).to_be_visible()


def test_two_digits_on_the_canvas_for_one_are_read_as_a_number(phone: Page) -> None:
    """The drawing is taken along and can be continued; everything fits a phone."""
    open_draw(phone)
    draw_strokes(phone, shrink("4", 0.0, 0.5) + shrink("2", 0.5, 0.5))
    phone.get_by_role("button", name="Read as a number").click()
    expect(phone.locator(".number b")).to_have_text(["4", "2"])
    expect_strokes(phone, 3, "number_canvas")
    draw_strokes(phone, shrink("7", 0.55, 0.3), canvas="number_canvas")
    expect(phone.locator(".st-key-number_text code")).to_have_text("427")
    expect_to_fit(phone)


def test_a_picture_is_uploaded_or_pasted(page: Page) -> None:
    """An uploaded photograph, a pasted one, and a file that is not an image."""
    rng = np.random.default_rng(2)
    seven, three = (
        take_photograph(
            picture_ink.draw_strokes(write(STYLES[style][1], rng), 300, 0.07),
            CONDITIONS["ruled paper"],
            rng,
        )
        for style in ("7 barred", "3 plain")
    )
    open_draw(page)
    page.get_by_text("A picture").click()
    upload = page.locator("input[type=file]")
    upload.set_input_files({"name": "seven.jpg", "mimeType": "image/jpeg", "buffer": seven})
    expect_answer(page, 7)
    expect(page.get_by_test_id("stImage").locator("img")).to_be_visible()
    eventually(page, lambda: page.evaluate(PASTE, base64.b64encode(three).decode()))
    expect_answer(page, 3)
    page.get_by_role("button", name="Another picture").click()
    upload.set_input_files({"name": "no.png", "mimeType": "image/png", "buffer": b"Dear reader"})
    expect(page.get_by_text("This file is not a readable image")).to_be_visible()
    expect(page.locator(".answer-digit")).to_have_text("")


def test_a_pasted_picture_that_is_too_large_is_not_sent(page: Page) -> None:
    """The server would close the connection; so a sentence says it, and the next one is read."""
    open_draw(page)
    page.get_by_text("A picture").click()
    expect(page.get_by_text("Or paste a picture anywhere on this page.")).to_be_visible()
    eventually(page, lambda: page.evaluate(PASTE_LARGE, 20_000_000))
    expect(page.get_by_text("This file has 20 MB; expected at most 18 MB.")).to_be_visible()
    text = base64.b64encode(b"Dear reader").decode()
    eventually(page, lambda: page.evaluate(PASTE, text))
    expect(page.get_by_text("This file is not a readable image")).to_be_visible()


def test_a_photograph_of_a_number_is_read(page: Page) -> None:
    """An uploaded photograph of 37205, and one of the sample pictures."""
    written = write_line("37205", size=90, pen=8)
    ink = picture_ink.place(written / np.float32(255), SHAPE, 200, 90)
    pixels = render(ink, CONDITIONS["light from one side"], np.random.default_rng(3))
    content = cv2.imencode(".png", pixels[..., ::-1])[1].tobytes()
    open_draw(page)
    page.get_by_text("A picture").click()
    upload = page.locator("input[type=file]")
    upload.set_input_files({"name": "number.png", "mimeType": "image/png", "buffer": content})
    expect(page.locator(".st-key-number_text code")).to_have_text("37205")
    expect(page.locator(".read-picture b")).to_have_text(["3", "7", "2", "0", "5"])
    page.get_by_role("button", name="Another picture").click()
    page.get_by_role("button", name="A digit on ruled paper").click()
    expect_answer(page, 8)


def test_a_photograph_by_the_camera_is_classified(page: Page) -> None:
    """While the camera is on, its photograph is the only picture."""
    page.context.grant_permissions(["camera"])
    page.add_init_script(CAMERA)
    open_draw(page)
    page.get_by_text("A picture").click()
    page.get_by_text("Use the camera").click()
    # The button can be clicked before the camera has shown anything.
    page.wait_for_function("document.querySelector('video')?.currentTime > 0")
    page.get_by_role("button", name="Take Photo").click()
    expect_answer(page, 7)
    page.get_by_text("Use the camera").click()
    expect(page.get_by_test_id("stImage").locator("img")).to_be_visible()
    expect_answer(page, 7)
    page.get_by_text("Use the camera").click()
    expect(page.locator(".answer-digit")).to_have_text("")


def test_strokes_are_undone_and_redone_by_keys(page: Page) -> None:
    """Right after the pen was lifted too, when the server does not know the stroke yet."""
    open_draw(page)
    draw(page, "slashed 0")
    for count in (1, 0):
        page.keyboard.press("Control+z")
        expect_strokes(page, count)
    for count in (1, 2):
        wait_until_idle(page)
        page.keyboard.press("Control+Shift+Z")
        expect_strokes(page, count)
    page.keyboard.press("Control+Shift+Z")  # there is nothing left to redo
    move_pen(page, DIGITS["1"])
    page.keyboard.press("Control+z")
    page.keyboard.press("Control+Shift+Z")
    expect_strokes(page, 3)
    page.keyboard.press("Control+z")
    expect_strokes(page, 2)


def test_quick_presses_are_all_followed(page: Page) -> None:
    """Those too that come while the server or the browser still shows what was there before."""
    open_draw(page)
    for x in (0.3, 0.4, 0.5, 0.6, 0.7):
        move_pen(page, [[(x, 0.2), (x, 0.8)]])
    for keys, count in (("Control+z", 1), ("Control+Shift+Z", 5)):
        for _press in range(4):
            page.keyboard.press(keys)
            page.wait_for_timeout(100)
        expect_strokes(page, count)
        wait_until_idle(page)
        expect_strokes(page, count)


def test_a_reload_loses_nothing(page: Page) -> None:
    """The canvas, its prediction, the model and the pen come back."""
    open_draw(page)
    page.get_by_role("combobox").click()
    page.get_by_role("option", name="Compact (built in)").click()
    wait_until_idle(page)
    slider = page.get_by_role("slider", name="Pen width")
    slider.focus()
    slider.press("ArrowRight")
    frame = page.locator(".st-key-digit_canvas_frame")
    expect(frame).to_have_attribute("data-pen", "23")
    draw(page, "7")
    wait_until_idle(page)
    expect_answer(page, 7)
    probability = page.locator(".answer-note").inner_text()
    page.reload()
    expect_strokes(page, 1)
    expect(frame).to_have_attribute("data-pen", "23")
    expect(page.locator(".answer-note")).to_have_text(probability)
    expect(page.get_by_role("combobox")).to_have_value(re.compile("^Compact"))


def test_a_page_that_turned_blank_comes_back(page: Page) -> None:
    """With the drawing, whatever made the front end of Streamlit remove everything."""
    open_draw(page)
    draw(page, "7")
    wait_until_idle(page)
    expect_answer(page, 7)
    page.evaluate("document.getElementById('root').replaceChildren()")
    expect_strokes(page, 1)
    expect_answer(page, 7)


def test_two_tabs_keep_their_own_drawings(page: Page) -> None:
    """A new tab begins with the latest drawing; then each keeps its own."""
    open_draw(page)
    draw(page, "7")
    wait_until_idle(page)
    other = page.context.new_page()
    open_draw(other)
    expect_strokes(other, 1)
    clear(other)
    draw(other, "slashed 0")
    page.reload()
    expect_strokes(page, 1)
    expect_answer(page, 7)
    other.reload()
    expect_strokes(other, 2)
