"""The Pixels page in a browser: reading and editing pixels."""

import csv
import re
from collections.abc import Callable
from pathlib import Path

import numpy as np
from playwright.sync_api import Locator, Page, expect

from mnist_core.datasets.mnist import Mnist
from mnist_core.inference.classifier import Classifier
from tests.browser.person import (
    draw,
    eventually,
    expect_to_fit,
    open_page,
    wait_until_idle,
)
from ui.formatting import format_probability

NINE = 53238


def open_pixels(page: Page, address: str = "/pixels") -> None:
    """Open the page at an address and wait for its table."""
    page.goto(address)
    expect(find_cell(page, 0, 0)).to_be_visible()
    wait_until_idle(page)


def find_cell(page: Page, row: int, column: int) -> Locator:
    """Find the cell of a pixel in the table, by its label for screen readers."""
    return page.locator(f".pixels-numbers input[aria-label='Row {row}, column {column}']")


def read_cells(page: Page) -> np.ndarray:
    """Return the numbers in the table, (28, 28)."""
    texts = page.locator(".pixels-numbers input").evaluate_all("cells => cells.map(c => c.value)")
    return np.array(texts, float).reshape(28, 28)


def read_picture(page: Page) -> np.ndarray:
    """Return the brightness of the picture's pixels, (28, 28) uint8."""
    pixels = page.locator(".pixels canvas").evaluate(
        "c => [...c.getContext('2d').getImageData(0, 0, 28, 28).data].filter((_, i) => i % 4 === 0)"
    )
    return np.array(pixels, np.uint8).reshape(28, 28)


def expect_equal(page: Page, read: Callable[[Page], np.ndarray], expected: np.ndarray) -> None:
    """Wait until the page's pixels are the expected ones."""
    eventually(page, lambda: np.array_equal(read(page), expected))


def find_prediction(page: Page) -> Locator:
    """Find the predicted digit."""
    return page.locator(".pixels-digit strong")


def predict_nine(pixels: np.ndarray) -> str:
    """Return the probability of a 9 as the page writes it, for (28, 28) values in 0..255."""
    image = pixels.astype(np.float32) / 255
    return format_probability(Classifier.load().probabilities(image[None])[0, 9])


def paint(page: Page, *positions: tuple[int, int], lift: bool = True) -> None:
    """Paint a line through pixels, given by row and column, and lift the pen at its end."""
    canvas = page.locator(".pixels canvas")
    canvas.scroll_into_view_if_needed()
    box = canvas.bounding_box()
    assert box is not None
    points = [
        (box["x"] + (column + 0.5) * box["width"] / 28, box["y"] + (row + 0.5) * box["height"] / 28)
        for row, column in positions
    ]
    page.mouse.move(*points[0])
    page.mouse.down()
    for point in points[1:]:
        page.mouse.move(*point, steps=4)
    if lift:
        page.mouse.up()


def press(page: Page, name: str) -> None:
    """Press a button."""
    page.get_by_role("button", name=name).click()


def test_the_tutorials_nine_is_shown_first(page: Page, data: Mnist) -> None:
    """All pixels, as numbers and as a picture, fit on the screen without scrolling."""
    open_page(page, "Pixels")
    expect(find_cell(page, 0, 0)).to_be_visible()
    expect_equal(page, read_cells, data.train.images[NINE])
    expect_equal(page, read_picture, data.train.images[NINE])
    expect(find_prediction(page)).to_have_text("9")
    expect(page).to_have_url(re.compile(f"split=train&image={NINE}"))
    box = find_cell(page, 27, 27).bounding_box()
    assert box is not None
    assert box["x"] + box["width"] < 1280 and box["y"] + box["height"] < 900


def test_a_typed_number_changes_a_pixel(page: Page, data: Mnist) -> None:
    """The keys move from cell to cell; a number out of range is rejected."""
    open_pixels(page)
    before = data.train.images[NINE].astype(int)
    find_cell(page, 0, 5).click()
    page.keyboard.type("200")
    page.keyboard.press("ArrowRight")
    page.keyboard.type("100")
    page.keyboard.press("Enter")
    expect(find_cell(page, 1, 6)).to_be_focused()
    expect(page.locator(".pixels-numbers .changed")).to_have_count(2)
    page.keyboard.type("300")
    page.keyboard.press("Enter")
    alert = page.get_by_role("alert").filter(has_text="300 is out of range")
    expect(alert).to_contain_text("from 0 to 255")
    before[0, 5], before[0, 6] = 200, 100
    expect_equal(page, read_cells, before)
    expect_equal(page, read_picture, before)
    press(page, "Undo")
    expect(find_cell(page, 0, 6)).to_have_value("0")
    expect(find_cell(page, 0, 5)).to_have_value("200")
    expect(alert).to_have_count(0)


def test_an_arrow_key_at_the_edge_commits_the_typed_number(page: Page) -> None:
    """The focus stays in the cell, where another number can be typed."""
    open_pixels(page)
    find_cell(page, 0, 5).click()
    page.keyboard.type("200")
    page.keyboard.press("ArrowUp")
    expect(find_cell(page, 0, 5)).to_be_focused()
    expect(page.locator(".pixels-numbers .changed")).to_have_count(1)
    page.keyboard.type("7")
    page.keyboard.press("ArrowUp")
    expect(find_cell(page, 0, 5)).to_have_value("7")


def test_the_undo_key_undoes_the_last_edit(page: Page, data: Mnist) -> None:
    """In a cell it is the page's Undo; while a number is typed it only discards the number."""
    open_pixels(page)
    before = data.train.images[NINE]
    find_cell(page, 0, 5).click()
    page.keyboard.type("200")
    page.keyboard.press("Enter")
    expect(page.locator(".pixels-numbers .changed")).to_have_count(1)
    wait_until_idle(page)
    page.keyboard.type("99")
    page.keyboard.press("Control+z")
    expect(find_cell(page, 1, 5)).to_have_value("0")
    expect(find_cell(page, 0, 5)).to_have_value("200")
    page.keyboard.press("Control+z")
    expect(find_cell(page, 0, 5)).to_have_value("0")
    wait_until_idle(page)
    expect_equal(page, read_cells, before)
    expect_equal(page, read_picture, before)


def test_a_click_right_after_typing_is_not_lost(page: Page, data: Mnist) -> None:
    """Back to the original restores the cell, also if it is clicked before the edit is sent."""
    open_pixels(page)
    find_cell(page, 0, 5).click()
    page.keyboard.type("200")
    # A click by position does not wait, as a person's does not.
    box = page.get_by_role("button", name="Back to the original").bounding_box()
    assert box is not None
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    # The edit was recorded and the original restored: two edits, each of which can be undone.
    expect(find_cell(page, 0, 5)).to_have_value("0")
    wait_until_idle(page)
    expect_equal(page, read_cells, data.train.images[NINE])
    press(page, "Undo")
    expect(find_cell(page, 0, 5)).to_have_value("200")


def test_painting_changes_the_prediction(page: Page, data: Mnist) -> None:
    """While the pen is down and after; Undo and Back to the original restore the pixels.

    The painted pixels are also there after a visit to another page.
    """
    open_pixels(page)
    bar = page.locator(".pixels-prediction tbody tr").nth(9).locator("b")
    certain = bar.inner_text()
    paint(page, (4, 4), (4, 23), (24, 23), (24, 4), (4, 4), lift=False)
    expect(find_cell(page, 24, 10)).to_have_value("255")
    expect(bar).not_to_have_text(certain)
    eventually(page, lambda: bar.inner_text() == predict_nine(read_cells(page)))
    page.mouse.up()
    wait_until_idle(page)
    eventually(page, lambda: bar.inner_text() == predict_nine(read_cells(page)))
    paint(page, (14, 4), (14, 23))
    expect(find_cell(page, 14, 10)).to_have_value("255")
    wait_until_idle(page)
    painted = read_cells(page)
    expect_equal(page, read_picture, painted)
    open_page(page, "Draw")
    open_page(page, "Pixels")
    expect(find_cell(page, 14, 10)).to_have_value("255")
    expect_equal(page, read_cells, painted)
    press(page, "Undo")
    expect(find_cell(page, 14, 10)).to_have_value("0")
    expect(find_cell(page, 24, 10)).to_have_value("255")
    press(page, "Back to the original")
    expect(find_cell(page, 24, 10)).to_have_value("0")
    expect_equal(page, read_cells, data.train.images[NINE])
    expect(bar).to_have_text(certain)


def test_a_downloaded_file_can_be_uploaded(page: Page, data: Mnist, tmp_path: Path) -> None:
    """With scaled values, in the place of another image; the pixels are the same."""
    open_pixels(page, "/pixels?split=test&image=0")
    page.get_by_role("radio", name="Scaled, 0 to 1").or_(
        page.get_by_role("button", name="Scaled, 0 to 1")
    ).click()
    expect(find_cell(page, 7, 6)).to_have_value("0.33")
    wait_until_idle(page)
    with page.expect_download() as download:
        press(page, "Download CSV")
    file = tmp_path / download.value.suggested_filename
    download.value.save_as(file)
    assert file.name == "mnist-test-0-scaled.csv"
    rows = np.array(list(csv.reader(file.open())), float)
    assert np.array_equal(rows.astype(np.float32), data.test.images[0] / np.float32(255))
    page.get_by_role("button", name="Next Shortcut").click()
    expect(page).to_have_url(re.compile("image=1$"))
    wait_until_idle(page)
    press(page, "Upload CSV")
    page.get_by_test_id("stFileUploaderDropzoneInput").set_input_files(file)
    expect(find_prediction(page)).to_have_text("7")
    expect_equal(page, read_picture, data.test.images[0])


def test_navigation_by_keyboard_and_address(page: Page, data: Mnist) -> None:
    """N shows the next image, the browser's Back the previous one; a wrong address is reported."""
    open_pixels(page, "/pixels?split=train&image=7&digit=3")
    following = 8 + int(np.argmax(data.train.labels[8:] == 3))
    page.keyboard.press("n")
    expect(page).to_have_url(re.compile(f"image={following}&digit=3"))
    expect(page.get_by_role("spinbutton")).to_have_value(str(following))
    page.go_back()
    expect(page.get_by_role("spinbutton")).to_have_value("7")
    press(page, "Show an unusual 3")
    expect(page).not_to_have_url(re.compile("image=7&"))
    open_pixels(page, "/pixels?split=nowhere&image=99999&digit=x")
    expect(page.get_by_text("The address names")).to_have_count(3)
    expect_equal(page, read_cells, data.train.images[NINE])


def test_the_drawing_is_shown_as_numbers(page: Page) -> None:
    """The drawing of the Draw page can be chosen."""
    open_page(page, "Draw")
    draw(page, "7")
    expect(page.locator(".answer-digit")).to_have_text("7")
    open_page(page, "Pixels")
    page.get_by_role("radio", name="Your drawing").or_(
        page.get_by_role("button", name="Your drawing")
    ).click()
    expect(find_prediction(page)).to_have_text("7")
    eventually(page, lambda: read_cells(page).max() == 255)


def test_the_page_fits_a_phone(phone: Page) -> None:
    """A finger paints, and nothing is wider than the screen."""
    open_pixels(phone, "/pixels?split=test&image=3")
    expect_to_fit(phone)
    phone.locator(".pixels-numbers").scroll_into_view_if_needed()
    expect(phone.locator("td.lit")).to_be_in_viewport(ratio=1)
    before = read_cells(phone)
    canvas = phone.locator(".pixels canvas")
    canvas.scroll_into_view_if_needed()
    canvas.tap(position={"x": 4, "y": 4})
    expect(find_cell(phone, 0, 0)).to_have_value("255")
    eventually(phone, lambda: (read_cells(phone) != before).sum() == 4)
    wait_until_idle(phone)
    assert (read_cells(phone) != before).sum() == 4
