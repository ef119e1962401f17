"""A person keeps drawings, teaches a network with them, and takes them out and in again."""

import re
import secrets
from pathlib import Path

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.person import (
    DIGITS,
    ZERO,
    Stroke,
    draw,
    draw_strokes,
    eventually,
    expect_answer,
    expect_strokes,
    expect_to_fit,
    find_canvas,
    move_pen,
    open_page,
    wait_until_idle,
)

HAND_CANVAS = "hand_canvas"


def crossed_zero(variant: int) -> list[Stroke]:
    """Return a 0 with a horizontal bar, which the networks do not know; variants are alike."""
    shift = 0.015 * variant
    return [[(x + shift, y) for x, y in ZERO], [(0.2 + shift, 0.5 - shift), (0.8 + shift, 0.5)]]


def open_draw(page: Page, model: str | None = None) -> None:
    """Open the page Draw and choose a model."""
    open_page(page, "Draw")
    expect(find_canvas(page)).to_be_visible()
    wait_until_idle(page)
    if model:
        page.get_by_role("combobox").click()
        page.get_by_role("option", name=model).click()
        wait_until_idle(page)


def open_part(page: Page, name: str) -> None:
    """Open a part of the page My hand."""
    page.get_by_role("radio", name=name).click()
    wait_until_idle(page)


def expect_total(page: Page, text: str) -> None:
    """Wait until the page My hand shows how many drawings there are."""
    expect(page.get_by_test_id("stMain").get_by_text(text)).to_be_visible()


@pytest.fixture
def hand(page: Page) -> str:
    """Add a hand of its own for a test, and return its name."""
    open_page(page, "My hand")
    page.get_by_role("button", name="Names").click()
    name = f"Aki {secrets.token_hex(4)}"
    page.get_by_label("Another person’s hand").fill(name)
    page.get_by_label("Another person’s hand").press("Enter")
    page.get_by_role("button", name="Add", exact=True).click()
    expect(page.get_by_role("combobox").first).to_have_value(name)
    page.keyboard.press("Escape")
    return name


def test_a_network_is_taught_a_crossed_zero(page: Page, hand: str, tmp_path: Path) -> None:
    """Three corrected drawings suffice for the fourth; a reload loses nothing.

    The drawings are exported, deleted and imported again.
    """
    open_draw(page, "Compact (built in)")
    for variant in range(3):
        draw_strokes(page, crossed_zero(variant))
        expect(page.locator(".answer-digit")).not_to_have_text("0")
        page.keyboard.press("0")
        expect(page.get_by_text("Kept as 0").first).to_be_visible()
        expect_strokes(page, 0)
    open_page(page, "My hand")
    expect_total(page, "3 drawings.")
    open_part(page, "Teach")
    expect(page.get_by_text("too few to say")).to_be_visible()
    page.get_by_role("button", name="Teach at once").click()
    expect(page.get_by_text("is taught and is now the model on every page")).to_be_visible()
    wait_until_idle(page)
    page.reload()

    open_page(page, "Draw")
    draw_strokes(page, crossed_zero(3))
    expect_answer(page, 0)
    page.reload()
    expect_strokes(page, 2)
    expect_answer(page, 0)
    expect(page.get_by_role("combobox").first).to_have_value(
        re.compile(f"^Compact, taught by {hand}")
    )

    open_page(page, "My hand")
    expect_total(page, "3 drawings.")
    open_part(page, "In and out")
    with page.expect_download() as download:
        page.get_by_role("button", name="Strokes").click()
    path = tmp_path / "digits.json"
    download.value.save_as(path)
    open_part(page, "Drawings")
    expect(page.locator(".drawings button")).to_have_count(3)
    page.get_by_role("button", name="Delete all").click()
    page.get_by_role("button", name="Delete 3 drawings").click()
    expect_total(page, "No drawings yet.")
    open_part(page, "In and out")
    page.locator("input[type=file]").set_input_files(path)
    expect(page.get_by_text("3 drawings were added.")).to_be_visible()
    open_part(page, "Drawings")
    expect(page.locator(".drawings button")).to_have_count(3)


def test_a_kept_drawing_can_be_taken_back(page: Page, hand: str) -> None:
    """By the link, and by Ctrl+Z on the blank canvas; “Right” keeps it with Enter, also at once."""
    open_draw(page)
    move_pen(page, DIGITS["7"])
    page.keyboard.press("Enter")
    expect(page.get_by_text(f"Kept as 7, the first drawing in “{hand}”.").first).to_be_visible()
    page.keyboard.press("Control+z")
    expect_strokes(page, 1)
    page.get_by_role("button", name="It is 1").click()
    expect(page.get_by_text("Kept as 1, the first drawing").first).to_be_visible()
    page.get_by_role("button", name="Take it back").click()
    expect_strokes(page, 1)
    open_page(page, "My hand")
    expect_total(page, "No drawings yet.")


def test_the_digit_asked_for_stays_while_it_is_drawn(page: Page, hand: str) -> None:
    """Also after a reload and after Clear; Undo brings this drawing back, not the one before."""
    asked = page.locator(".asked")
    expect(asked).to_have_text("0")
    draw(page, "0", HAND_CANVAS)
    page.get_by_role("button", name="Keep as 0").click()
    expect(page.get_by_text("Kept").first).to_be_visible()
    expect(asked).to_have_text("1")
    page.get_by_role("button", name="Another digit").click()
    expect(asked).to_have_text("2")
    draw(page, "2", HAND_CANVAS)
    expect(page.get_by_role("button", name="Keep as 2")).to_be_visible()
    wait_until_idle(page)
    page.reload()
    expect_strokes(page, 1, HAND_CANVAS)
    expect(asked).to_have_text("2")
    page.get_by_role("button", name="Clear").click()
    expect_strokes(page, 0, HAND_CANVAS)
    page.keyboard.press("Control+z")
    expect_strokes(page, 1, HAND_CANVAS)
    page.get_by_role("button", name="Keep as 2").click()
    expect_total(page, "2 drawings.")


def test_a_label_is_kept_however_early_it_is_typed(page: Page, hand: str) -> None:
    """Here the answer is there before the script that asks for the label."""
    waiting: list[Route] = []
    page.route("**/live/feedback.js", lambda route: waiting.append(route))
    open_draw(page)
    draw(page, "7")
    expect_answer(page, 7)
    page.keyboard.press("1")
    eventually(page, lambda: waiting)
    for route in waiting:
        route.continue_()
    expect(page.get_by_text(f"Kept as 1, the first drawing in “{hand}”.").first).to_be_visible()
    expect_strokes(page, 0)


def test_the_guided_round_asks_for_the_digits_with_the_fewest_drawings(
    phone: Page,
) -> None:
    """On a phone too, where the request stands above the canvas."""
    phone.goto("/hand")
    expect(find_canvas(phone, HAND_CANVAS)).to_be_visible()
    wait_until_idle(phone)
    request = phone.get_by_text("as you always do")
    asked = request.inner_text()[len("Write the digit ")]
    draw(phone, asked, HAND_CANVAS)
    phone.get_by_role("button", name=f"Keep as {asked}").click()
    expect(phone.get_by_text("Kept").first).to_be_visible()
    expect_strokes(phone, 0, HAND_CANVAS)
    expect(request).not_to_contain_text(asked)
    expect_to_fit(phone)
