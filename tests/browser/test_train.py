"""Tests of the Train page in a browser: start, watch, stop, leave and return."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from mnist_core.runs.run import Run
from mnist_core.runs.store import RunStore
from tests.browser.conftest import App
from tests.browser.person import draw, expect_answer, open_page, wait_until_idle
from tests.waiting import wait_for

pytestmark = pytest.mark.usefixtures("quiet_queue")

STARTED = 240_000
ENDED = 600_000


def start_training(page: Page, epochs: int, clicks: int = 1) -> None:
    """Choose the epochs and press Train."""
    field = page.get_by_role("spinbutton", name="Epochs")
    expect(field).to_be_visible(timeout=STARTED)
    field.fill(str(epochs))
    field.press("Enter")
    expect(page.get_by_text(re.compile(f"{epochs} epochs? of|being measured"))).to_be_visible()
    wait_until_idle(page)
    page.locator("[class*=st-key-train_start] button").click(click_count=clicks)
    expect(find_status(page, "Queued|In training")).to_be_visible()


def find_status(page: Page, words: str) -> Locator:
    """Return the badge beside the run's name."""
    return page.locator("h2").filter(has_text=re.compile(words))


def find_progress(page: Page, words: str) -> Locator:
    """Return the line above the progress bar."""
    return page.get_by_test_id("stProgress").filter(has_text=re.compile(words))


def newest(app: App):
    """Return the run that was created last."""
    return max(RunStore(app.runs).list(), key=lambda run: run.created).run


def test_one_epoch_from_the_page(page: Page, app: App) -> None:
    """Progress, curves and predictions are shown; then the diagnosis and a model to draw with.

    The drawing from the Draw page is classified after the epoch.
    """
    open_page(page, "Draw")
    draw(page, "7")
    expect_answer(page, 7)
    open_page(page, "Train")
    page.get_by_role("button", name="99 % in seconds").click(timeout=STARTED)
    expect(find_progress(page, r"Epoch 1 of 1, batch \d+ of 429")).to_be_visible(timeout=STARTED)
    first = find_progress(page, "batch").inner_text()
    # It changes, or it ends: the training takes a few seconds.
    expect(find_progress(page, "batch").filter(has_text=first)).to_have_count(0)
    expect(page.locator(".js-plotly-plot").first).to_be_visible()
    expect(find_status(page, "Finished")).to_be_visible(timeout=ENDED)
    expect(page.get_by_text(re.compile("of the test digits correctly")).first).to_be_visible()
    expect(
        page.get_by_text(
            re.compile(r"your drawing: before training: .* epoch 1: \d \((>\s)?\d+\.\d\s%\)")
        )
    ).to_be_visible()
    page.get_by_text(re.compile("Layers and their")).click()
    page.get_by_role("button", name="Draw with this model").click()
    expect(page).to_have_url(re.compile(r"localhost:\d+/$"))
    model = page.get_by_role("combobox", name="Model", exact=True)
    expect(model).to_have_value(re.compile(f"^{re.escape(newest(app).read().name)}"))
    expect_answer(page, 7)


def test_a_double_click_starts_one_run_and_further_ones_are_queued(page: Page, app: App) -> None:
    """A run without a free worker shows its position in the queue and can be stopped there.

    The second click comes while the first is handled.
    """
    open_page(page, "Train")
    before = len(RunStore(app.runs).list())
    start_training(page, 40, clicks=2)
    expect(find_progress(page, "batch")).to_be_visible(timeout=STARTED)
    assert len(RunStore(app.runs).list()) == before + 1
    expect(find_status(page, newest(app).read().name)).to_be_visible()
    start_training(page, 2)
    expect(page.get_by_text(re.compile("is the first in the queue"))).to_be_visible()
    start_training(page, 3)
    expect(page.get_by_text(re.compile("is number 2 in the queue"))).to_be_visible()
    page.get_by_role("button", name="Stop").click()
    expect(page.get_by_text(re.compile("stopped before its first epoch ended"))).to_be_visible()
    assert len(RunStore(app.runs).list()) == before + 3


def test_a_training_is_left_found_again_stopped_and_resumed(page: Page, app: App) -> None:
    """It continues whatever the browser does, and every tab shows the same run.

    Stop ends it at once, with a model; Resume continues it.
    """
    open_page(page, "Train")
    start_training(page, 40)
    expect(find_progress(page, "Epoch 1 of 40, batch")).to_be_visible(timeout=STARTED)
    run = newest(app)
    open_page(page, "Pixels")
    reports = len(run.read_batches())
    open_page(page, "Train")
    expect(find_progress(page, "batch")).to_be_visible()
    page.reload()
    expect(find_progress(page, "batch")).to_be_visible(timeout=STARTED)
    wait_for(lambda: len(run.read_batches()) > reports)
    other = page.context.new_page()
    other.goto(f"{app.url}/train")
    expect(find_progress(other, "batch")).to_be_visible(timeout=STARTED)
    expect(find_status(other, run.read().name)).to_be_visible()
    other.get_by_role("button", name="Stop").click()
    expect(find_status(other, "Stopp")).to_be_visible()
    expect(find_status(page, "Stopped")).to_be_visible(timeout=STARTED)
    expect(find_status(other, "Stopped")).to_be_visible(timeout=STARTED)
    assert run.read().status == "stopped"
    assert run.model_path.exists()
    expect(page.get_by_role("button", name="Draw with this model")).to_be_visible()
    page.get_by_role("button", name="Resume").click()
    expect(find_progress(page, r"Epoch \d+ of 40, batch")).to_be_visible(timeout=STARTED)


def test_a_run_is_renamed_and_deleted(page: Page, app: App, small_run: Run) -> None:
    """The menu of a run renames it and, after a confirmation, deletes it."""
    page.goto(f"/train?run={small_run.id}")
    page.get_by_role("button", name="Manage").click(timeout=STARTED)
    field = page.get_by_role("textbox", name="Name")
    field.fill("My first network")
    page.get_by_role("button", name="Rename").click()
    expect(find_status(page, "My first network")).to_be_visible()
    page.get_by_role("button", name="Delete run").click()
    page.get_by_role("dialog").get_by_role("button", name="Delete", exact=True).click()
    expect(find_status(page, "My first network")).to_have_count(0)
    assert small_run.id not in {run.id for run in RunStore(app.runs).list()}
