"""The Errors page in a browser."""

import csv
import io
import re
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import pytest
from playwright.sync_api import BrowserContext, Locator, Page, expect

from mnist_core.datasets.mnist import load_mnist
from mnist_core.evaluation.evaluation import Evaluation
from mnist_core.inference.classifier import PRETRAINED
from mnist_core.runs.model_registry import TrainedModel
from tests.browser.person import expect_to_fit, wait_until_idle

COMPACT = "/errors?model=compact"
GUESS_QUICKLY = """
async () => {
  for (let image = 0; image < 5; image++) {
    document.querySelectorAll(".guess .keys")[image].children[2].click();
    await new Promise((proceed) => setTimeout(proceed, 30));
  }
}
"""


@pytest.fixture(scope="module")
def evaluation() -> Evaluation:
    """Return the predictions of the faster shipped model."""
    model = TrainedModel("compact", "", PRETRAINED / "compact.onnx")
    return model.evaluate(load_mnist().test)


def find_cell(page: Page, true: int, predicted: int) -> Locator:
    """Find a cell of the confusion matrix."""
    return page.get_by_role("button", name=f"Label {true}, prediction {predicted}:")


def find_pictures(page: Page) -> Locator:
    """Find the gallery's pictures."""
    return page.locator(".pictures button")


def find_commonest_mistake(evaluation: Evaluation) -> tuple[int, int, int]:
    """Return the most frequent pair of label and wrong prediction, and its count."""
    mistakes = evaluation.confusion - np.diag(np.diag(evaluation.confusion))
    true, predicted = np.unravel_index(mistakes.argmax(), mistakes.shape)
    return int(true), int(predicted), int(mistakes.max())


def test_a_cell_of_the_matrix_filters_the_gallery(page: Page, evaluation: Evaluation) -> None:
    """The filter survives a reload; a second click on the cell clears it."""
    true, predicted, count = find_commonest_mistake(evaluation)
    page.goto(COMPACT)
    expect(find_pictures(page)).to_have_count(len(evaluation.mistakes[:60]))
    find_cell(page, true, predicted).click()
    expect(find_pictures(page)).to_have_count(count)
    captions = find_pictures(page).locator("b").all_inner_texts()
    assert set(captions) == {f"{true} → {predicted}"}
    expect(page).to_have_url(re.compile(f"true={true}&predicted={predicted}"))
    page.reload()
    expect(find_pictures(page)).to_have_count(count)
    expect(find_cell(page, true, predicted)).to_have_attribute("aria-pressed", "true")
    find_cell(page, true, predicted).click()
    expect(find_pictures(page)).to_have_count(len(evaluation.mistakes[:60]))


def test_the_arrow_keys_walk_over_the_matrix(page: Page, evaluation: Evaluation) -> None:
    """From a row header along its row; Enter chooses, and the focus stays."""
    page.goto(COMPACT)
    header = page.get_by_role("button", name="Misclassified images labeled 9")
    header.focus()
    page.keyboard.press("ArrowRight")
    columns = np.flatnonzero(evaluation.confusion[9])
    cell = find_cell(page, 9, int(columns[0]))
    expect(cell).to_be_focused()
    page.keyboard.press("Enter")
    expect(cell).to_have_attribute("aria-pressed", "true")
    expect(cell).to_be_focused()


def test_a_mistake_is_followed_to_its_nearest_neighbors(page: Page, evaluation: Evaluation) -> None:
    """From the gallery to the detail, to the next image, and back."""
    page.goto(f"{COMPACT}&order=index")
    find_pictures(page).first.click()
    first, second = evaluation.mistakes[:2]
    expect(page.locator(".verdict").first).to_contain_text(f"Label {first.true}")
    expect(page.locator(".probability-bars > div")).to_have_count(10)
    expect(page.locator(".nearest figure")).to_have_count(12)
    labels = page.locator(".nearest b").all_inner_texts()
    distances = [
        float(text.split()[1]) for text in page.locator(".nearest small").all_inner_texts()
    ]
    assert distances == sorted(distances)
    commonest = max(set(labels), key=labels.count)
    expect(page.locator("p.note", has_text="The nearest of the 60,000")).to_contain_text(
        f"{labels.count(commonest)} of 12"
    )
    page.get_by_role("button", name="Next").click()
    expect(page.locator("p.note", has_text=f"Test image {second.index:,}.")).to_be_visible()
    expect(page.locator(".nearest figure")).to_have_count(12)
    page.get_by_role("button", name="Back to all images").click()
    expect(find_pictures(page)).to_have_count(len(evaluation.mistakes[:60]))


def test_a_point_of_the_reliability_diagram_opens_its_images(
    page: Page, evaluation: Evaluation
) -> None:
    """Those with such a confidence, correct or not."""
    page.goto(f"{COMPACT}&part=confidence")
    point = page.locator("path.point").nth(-2)
    expect(point).to_be_visible()
    wait_until_idle(page)
    box = point.bounding_box()
    assert box is not None
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    confidence = evaluation.probabilities.max(axis=1)
    count = ((confidence >= np.float32(0.8)) & (confidence <= np.float32(0.9))).sum()
    expect(page.locator("p.note", has_text=f"{count} images")).to_be_visible()
    expect(page).to_have_url(re.compile("predictions=all&low=0.8&high=0.9"))


def test_quick_guesses_all_count(page: Page) -> None:
    """Also those that are made while the page handles the first one."""
    page.goto(f"{COMPACT}&part=game&round=12")
    expect(page.locator(".guess > div")).to_have_count(5)
    wait_until_idle(page)
    page.evaluate(GUESS_QUICKLY)
    expect(page.locator(".guess [aria-pressed=true]")).to_have_count(5)


def test_the_game_is_the_same_for_two_people(
    page: Page, evaluation: Evaluation, new_context: Callable[..., BrowserContext]
) -> None:
    """Five guesses, then both scores; a reload loses neither."""
    page.goto(f"{COMPACT}&part=game&round=12")
    cards = page.locator(".guess > div")
    expect(cards).to_have_count(5)
    pictures = [str(card.locator("img").get_attribute("src")) for card in cards.all()]
    reveal = page.get_by_role("button", name="Show the labels")
    expect(reveal).to_be_disabled()
    for number in range(1, 6):
        key = page.get_by_role("button", name=f"Image {number} is 2")
        key.click()
        expect(key).to_have_attribute("aria-pressed", "true")
    expect(reveal).to_be_enabled()
    reveal.click()
    expect(cards.first).to_contain_text("Label")
    score = page.locator(".score").last
    expect(score).to_contain_text("of 5")
    labels = [int(text) for text in page.locator(".guess td b").all_inner_texts()]
    assert labels.count(2) > 0
    expect(score).to_contain_text(f"{labels.count(2)} of 5")
    expect(score).to_contain_text("0 of 5")
    wait_until_idle(page)  # the browser stores the score last
    page.reload()
    expect(cards.first).to_contain_text("Label")
    expect(score).to_contain_text(f"{labels.count(2)} of 5")
    other = new_context().new_page()
    other.goto(f"{COMPACT}&part=game&round=12")
    cards = other.locator(".guess > div")
    expect(cards).to_have_count(5)
    expect(other.get_by_role("button", name="Show the labels")).to_be_disabled()
    for number, picture in enumerate(pictures):
        expect(cards.nth(number).locator("img")).to_have_attribute("src", picture)


def test_the_filtered_list_is_downloaded(
    page: Page, evaluation: Evaluation, tmp_path: Path
) -> None:
    """As a table and as a contact sheet."""
    true, predicted, count = find_commonest_mistake(evaluation)
    page.goto(f"{COMPACT}&true={true}&predicted={predicted}")
    with page.expect_download() as table:
        page.get_by_role("button", name="Table as CSV").click()
    rows = list(csv.DictReader(io.StringIO(table.value.path().read_text())))
    assert len(rows) == count
    assert {(row["true"], row["predicted"]) for row in rows} == {(str(true), str(predicted))}
    with page.expect_download() as sheet:
        page.get_by_role("button", name="Images as PNG").click()
    picture = cv2.imread(str(sheet.value.path()), cv2.IMREAD_GRAYSCALE)
    assert picture is not None
    assert picture.shape[1] > picture.shape[0] > 28


def test_the_page_fits_a_phone(phone: Page) -> None:
    """A tap opens an image, and nothing is wider than the screen."""
    phone.goto(COMPACT)
    find_pictures(phone).first.tap()
    expect(phone.locator(".probability-bars")).to_be_visible()
    wait_until_idle(phone)
    expect_to_fit(phone)
