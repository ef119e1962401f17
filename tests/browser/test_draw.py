"""Drawing as a person does, and reading what the app says of it."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.person import (
    DIGITS,
    draw,
    draw_by_touch,
    draw_strokes,
    expect_answer,
    find_canvas,
    open_page,
)

# The canvas holds each report to the server back for a fifth of a second.
REPORTED = 500
INVITATION = "Draw a digit from 0 to 9"


@pytest.mark.parametrize("digit", ["0", "1", "7"])
def test_a_digit_drawn_with_the_mouse_is_read(page: Page, digit: str) -> None:
    """After the strokes the large digit is the one that was drawn."""
    open_page(page, "Draw")
    draw(page, digit)
    expect_answer(page, int(digit))


def test_a_digit_drawn_by_touch_on_a_phone_is_read(phone: Page) -> None:
    """A finger draws as well as a mouse, and the canvas fits the screen."""
    open_page(phone, "Draw")
    draw_by_touch(phone, "7")
    expect_answer(phone, 7)
    width = phone.evaluate("document.documentElement.scrollWidth")
    assert width <= 390, f"The page is {width} pixels wide on a phone of 390."


@pytest.mark.parametrize(
    ("style", "digit"),
    [("slashed 0", 0), ("1 with flag and foot", 1), ("barred 7", 7), ("open 4", 4)],
)
def test_other_hands_are_read(page: Page, style: str, digit: int) -> None:
    """Digits in styles that MNIST's writers hardly had are read as well."""
    open_page(page, "Draw")
    draw(page, style)
    expect_answer(page, digit)


def test_a_blank_canvas_gets_an_invitation(page: Page) -> None:
    """Without ink there is no digit, before a drawing and after it was cleared."""
    open_page(page, "Draw")
    note = page.locator(".answer-note")
    expect(note).to_have_text(INVITATION)
    expect(page.locator(".answer-digit")).to_have_text("")
    draw(page, "7")
    expect_answer(page, 7)
    page.get_by_role("button", name="Clear").click()
    expect(note).to_have_text(INVITATION)


def test_the_answer_comes_while_the_pen_is_down(page: Page) -> None:
    """The browser answers by itself, before the stroke has ended."""
    open_page(page, "Draw")
    canvas = find_canvas(page).bounding_box()
    assert canvas is not None
    page.mouse.move(canvas["x"] + 0.5 * canvas["width"], canvas["y"] + 0.2 * canvas["height"])
    page.mouse.down()
    page.mouse.move(
        canvas["x"] + 0.48 * canvas["width"], canvas["y"] + 0.8 * canvas["height"], steps=30
    )
    expect_answer(page, 1)
    page.mouse.up()


def test_the_server_answers_where_the_browser_cannot(page: Page) -> None:
    """Without the runtime in the browser the answer comes after the stroke."""
    page.route("**/*.wasm.gz", lambda route: route.abort())
    open_page(page, "Draw")
    draw(page, "0")
    expect_answer(page, 0)


def test_a_stroke_is_taken_back(page: Page) -> None:
    """Undo removes the last stroke and keeps the others."""
    open_page(page, "Draw")
    draw(page, "1")
    expect_answer(page, 1)
    draw_strokes(page, [[(0.2, 0.5), (0.8, 0.5)]])
    expect(page.locator(".answer-bars li").nth(1)).not_to_have_class("leads")
    page.wait_for_timeout(REPORTED)
    page.get_by_role("button", name="Undo").click()
    expect_answer(page, 1)


def test_the_drawing_survives_another_page(page: Page) -> None:
    """Going to another page and back finds the strokes, and they can be added to."""
    open_page(page, "Draw")
    upper, lower = DIGITS["open 4"]
    draw_strokes(page, [upper])
    expect(page.locator(".answer-digit")).not_to_have_text("")
    page.wait_for_timeout(REPORTED)
    open_page(page, "Pixels")
    open_page(page, "Draw")
    draw_strokes(page, [lower])
    expect_answer(page, 4)


def test_the_merely_scaled_canvas_is_shown_beside(page: Page) -> None:
    """The comparison shows both pictures with both answers."""
    open_page(page, "Draw")
    draw(page, "7")
    expect_answer(page, 7)
    page.get_by_text("Compare with the canvas merely scaled").click()
    readings = page.locator(".reading")
    expect(readings).to_have_count(2)
    expect(readings.first.locator("strong")).to_have_text("7")


def test_a_number_is_read_from_left_to_right(page: Page) -> None:
    """Four digits side by side are boxed and read as one number."""
    open_page(page, "Draw")
    page.get_by_text("A whole number").click()
    number = [
        [(0.05 + 0.22 * place + 0.32 * (x - 0.2), y) for x, y in stroke]
        for place, digit in enumerate("2026")
        for stroke in DIGITS[digit]
    ]
    draw_strokes(page, number, canvas="number_canvas")
    expect(page.locator(".number b")).to_have_text(["2", "0", "2", "6"])
    expect(page.locator(".st-key-number_text code")).to_have_text("2026")
