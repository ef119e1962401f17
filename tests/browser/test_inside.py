"""The Inside page in a browser.

Until something is drawn, the page shows a 7, so these tests draw other digits.
"""

import re

import numpy as np
import pytest
from playwright.sync_api import Locator, Page, expect

from mnist_core.runs.run import Run
from tests.browser.person import (
    draw,
    draw_by_touch,
    draw_strokes,
    eventually,
    expect_to_fit,
    find_canvas,
    open_page,
    wait_until_idle,
)

# How long a machine with much else to do may take for the features.
TEN_THOUSAND_READ = 600_000
SETTLED = 2000
READ_TABLE = """
table => [...table.querySelectorAll("tr")].map(
  row => [...row.querySelectorAll("td")].map(cell => cell.innerText)
)
"""


def find_card(page: Page, stage: str) -> Locator:
    """Find a stage's card in the network overview."""
    return page.locator(f'.overview [data-choice="{stage}"]')


def expect_prediction(page: Page, digit: str) -> None:
    """Wait until the predicted digit is this one."""
    expect(page.locator(".overview .prediction strong")).to_have_text(digit)


def find_cells(page: Page, caption: str) -> Locator:
    """Find the numbers of the table with a caption."""
    return page.locator(".cells", has_text=caption).locator("td")


def read_cells(page: Page, caption: str) -> np.ndarray:
    """Return the numbers of the table with a caption, once it is shown."""
    expect(find_cells(page, caption).first).to_be_visible()
    texts = page.locator(".cells", has_text=caption).evaluate(READ_TABLE)
    return np.array([[float(text.replace("−", "-")) for text in row] for row in texts])


def read_step(page: Page, text: str) -> float:
    """Return the number behind a step of a calculation."""
    row = page.locator(".steps tr", has_text=text)
    return float(row.locator("td").inner_text().replace("−", "-"))


def test_a_drawn_digit_is_found_in_every_layer(page: Page) -> None:
    """The feature maps change with the drawing, up to the answer at the end."""
    open_page(page, "Inside")
    maps = find_card(page, "conv2").locator("img")
    before = maps.get_attribute("src")
    draw(page, "1")
    expect_prediction(page, "1")
    expect(maps).not_to_have_attribute("src", str(before))


def test_a_stroke_changes_the_page_once(page: Page) -> None:
    """What comes when the pen is lifted is right; the canvas's late report changes nothing."""
    open_page(page, "Inside")
    draw(page, "1")
    expect_prediction(page, "1")
    page.wait_for_timeout(SETTLED)
    page.evaluate(
        """() => {
            window.pictures = new Set();
            const picture = () => document.querySelector(".overview img").src;
            new MutationObserver(() => pictures.add(picture())).observe(
                document.querySelector(".overview"), {childList: true, subtree: true});
        }"""
    )
    draw_strokes(page, [[(0.36, 0.8), (0.68, 0.8)]])
    page.wait_for_function("pictures.size > 0")
    wait_until_idle(page)
    page.wait_for_timeout(SETTLED)
    assert page.evaluate("pictures.size") == 1


def test_the_shapes_follow_the_model(page: Page, small_run: Run) -> None:
    """Another network has other layers and other numbers in their descriptions."""
    open_page(page, "Inside")
    expect(find_card(page, "conv1")).to_contain_text("28 × 28 × 16")
    page.get_by_role("combobox").first.click()
    page.get_by_role("option", name=small_run.read().name).click()
    expect(find_card(page, "conv")).to_contain_text("6 × 6 × 4")
    expect(page.locator(".layer")).to_contain_text("(28 − 5) / 4")
    expect(find_card(page, "conv1")).to_have_count(0)


def test_the_sum_of_one_output_pixel_can_be_recomputed(page: Page) -> None:
    """Window times weights are the products, and their sum is the one that is shown."""
    open_page(page, "Inside")
    draw(page, "2")
    expect_prediction(page, "2")
    wait_until_idle(page)
    window, weights = read_cells(page, "Under the window"), read_cells(page, "Weights")
    assert window.shape == weights.shape == (3, 3)
    # The numbers are shown with two decimals, each off by up to 0.005.
    assert (window * weights).sum() == pytest.approx(read_step(page, "Sum of the"), abs=0.1)
    assert read_step(page, "relu1") == pytest.approx(read_step(page, "own value"), abs=0.002)


def test_another_pixel_is_chosen_by_a_click(page: Page) -> None:
    """In the corner of the map nothing but padding and background lies under the window."""
    open_page(page, "Inside")
    draw(page, "2")
    expect_prediction(page, "2")
    wait_until_idle(page)
    cells = find_cells(page, "Under the window")
    blank = ["0.00"] * 9
    expect(cells).not_to_have_text(blank)
    picture = page.locator(".clickable").last.locator("img")
    row, column = (page.get_by_role("slider", name=name) for name in ("Row", "Column"))
    picture.click(position={"x": 3, "y": 3})
    expect(row).to_have_value("0")
    expect(column).to_have_value("0")
    expect(cells).to_have_text(blank)
    box = picture.bounding_box()
    assert box is not None
    picture.click(position={"x": box["width"] - 3, "y": box["height"] - 3})
    expect(row).to_have_value("27")
    expect(column).to_have_value("27")


def test_cards_open_their_layer_by_mouse_and_keyboard(page: Page) -> None:
    """The focus stays on the card that was pressed."""
    open_page(page, "Inside")
    find_card(page, "pool3").click()
    expect(page.get_by_role("heading", name="Max pooling pool3")).to_be_visible()
    find_card(page, "dense").press("Enter")
    expect(page.get_by_role("heading", name="Dense layer dense")).to_be_visible()
    expect(find_card(page, "dense")).to_be_focused()


def test_the_arrow_keys_move_between_the_cards(page: Page) -> None:
    """The tab key passes all cards as one."""
    open_page(page, "Inside")
    cards = page.locator(".overview button")
    cards.first.focus()
    page.keyboard.press("ArrowRight")
    expect(cards.nth(1)).to_be_focused()
    expect(page.locator('.overview [tabindex="0"]')).to_have_count(1)
    page.keyboard.press("Tab")
    expect(page.locator(".overview :focus")).to_have_count(0)


def test_the_embedding_shows_the_image_under_the_pointer(page: Page) -> None:
    """Next to a point stands its image; away from all points stands none."""
    open_page(page, "Inside")
    page.get_by_role("tab", name="Embedding").click()
    chart = page.locator(".embedding")
    # It listens to the pointer once its points are painted.
    painted = expect(chart.locator("> canvas"))
    painted.to_have_attribute("width", re.compile("."), timeout=TEN_THOUSAND_READ)
    wait_until_idle(page)
    chart.scroll_into_view_if_needed()
    mark = page.locator(".embedding-mark").bounding_box()
    assert mark is not None
    page.mouse.move(mark["x"] + mark["width"] / 2, mark["y"] + mark["height"] / 2)
    image = chart.locator("figure")
    expect(image).to_be_visible()
    ink = "figure => figure.querySelector('canvas').getContext('2d').getImageData(0, 0, 28, 28)"
    page.wait_for_function(
        f"figure => ({ink})(figure).data.some((v, i) => i % 4 < 3 && v > 200)",
        arg=image.element_handle(),
    )
    box = chart.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 2, box["y"] + 2)
    expect(image).to_be_hidden()


def test_the_page_fits_a_phone(phone: Page) -> None:
    """A finger draws, and nothing is wider than the screen."""
    open_page(phone, "Inside")
    draw_by_touch(phone, "2")
    expect_prediction(phone, "2")
    expect_to_fit(phone)


def test_the_whole_canvas_takes_a_finger(phone: Page) -> None:
    """On a phone its right edge is neither cut off nor covered."""
    open_page(phone, "Inside")
    surface = find_canvas(phone)
    expect(surface).to_be_visible()
    surface.scroll_into_view_if_needed()
    found = "([x, y]) => Boolean(document.elementFromPoint(x, y)?.closest('.st-key-digit_canvas'))"

    def takes_a_finger() -> bool:
        box = surface.bounding_box()
        assert box is not None
        at = [box["x"] + 0.98 * box["width"], box["y"] + 0.5 * box["height"]]
        return phone.evaluate(found, at)

    eventually(phone, takes_a_finger)


def find_player(page: Page, name: str) -> Locator:
    """Return a button of the moving window."""
    return page.locator(".player").get_by_role("button", name=name)


def test_the_window_moves_by_itself(page: Page) -> None:
    """It begins at the first pixel; the numbers show the pixel where it pauses, steps or stops."""
    open_page(page, "Inside")
    draw(page, "2")
    expect_prediction(page, "2")
    wait_until_idle(page)
    row, column = (page.get_by_role("slider", name=name) for name in ("Row", "Column"))
    find_player(page, "Play").click()
    frame = page.locator(".st-key-inside_player .window").first
    expect(frame).to_be_visible()
    before = frame.get_attribute("style")
    expect(frame).not_to_have_attribute("style", before or "")
    find_player(page, "Pause").click()
    expect(frame).to_have_count(0)
    paused = 28 * int(row.input_value()) + int(column.input_value())
    steps = 5
    for _ in range(steps):  # without waiting for the page
        find_player(page, "One step").click()
    following = divmod(paused + steps, 28)
    expect(row).to_have_value(str(following[0]))
    expect(column).to_have_value(str(following[1]))
    find_player(page, "Stop").click()
    expect(row).to_have_value("0")
    expect(column).to_have_value("0")


def test_the_window_only_steps_where_less_motion_is_wanted(page: Page) -> None:
    """There is no Play."""
    page.emulate_media(reduced_motion="reduce")
    open_page(page, "Inside")
    expect(find_player(page, "One step")).to_be_visible()
    expect(find_player(page, "Play")).to_have_count(0)
