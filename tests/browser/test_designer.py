"""Tests of the designer in a browser: from the tutorial's network to a look inside one's own."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from mnist_core.runs.store import RunStore
from tests.browser.conftest import App
from tests.browser.person import eventually, expect_to_fit, open_page, wait_until_idle

pytestmark = pytest.mark.usefixtures("quiet_queue")

STARTED = 240_000
ENDED = 600_000


def pick(page: Page, label: str, option: str) -> None:
    """Pick an option of a list."""
    page.get_by_role("combobox", name=label).click()
    page.get_by_role("option", name=option, exact=True).click()


def find_card(page: Page, layer: str) -> Locator:
    """Return the card of the first layer of a type."""
    return page.locator(".cards button", has_text=layer).first


def fill(page: Page, label: str, value: str) -> None:
    """Type a number into a field, when only one field has this name."""
    wait_until_idle(page)
    field = page.get_by_role("spinbutton", name=label)
    field.fill(value)
    field.press("Enter")


def copy_code(page: Page) -> str:
    """Open the code of the settings, copy it and close it; return the clipboard."""
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.get_by_role("button", name="Code", exact=True).click()
    code = page.get_by_test_id("stCode")
    code.hover()
    page.evaluate("navigator.clipboard.writeText('')")
    code.get_by_role("button", name="Copy to clipboard").click()
    eventually(page, lambda: page.evaluate("navigator.clipboard.readText()"))
    copied = page.evaluate("navigator.clipboard.readText()")
    page.get_by_role("button", name="Close").click()
    return copied


def find_train(page: Page) -> Locator:
    """Return the button that starts a training."""
    return page.locator("[class*=st-key-train_start] button")


def test_a_network_of_ones_own_from_the_tutorial_to_its_inside(page: Page, app: App) -> None:
    """An impossible layer is reported and mended; the network learns and is explained."""
    open_page(page, "Train")
    expect(find_train(page)).to_be_visible(timeout=STARTED)
    pick(page, "Network", "Your own")
    pick(page, "Start from", "Tutorial")
    expect(page.get_by_role("button", name="Undo")).to_be_enabled()
    find_card(page, "Conv2D").click()
    fill(page, "Filters", "8")
    expect(find_card(page, "Conv2D")).to_contain_text("26 × 26 × 8")
    find_card(page, "MaxPooling2D").click()
    expect(page.get_by_text("Layer 1: MaxPooling2D")).to_be_visible()
    fill(page, "Pool size", "27")
    expect(page.get_by_test_id("stAlert")).to_contain_text(
        ["A window of 27 × 27 does not fit on 26 × 26 pixels. Choose a pool size of at most 26"]
    )
    expect(find_train(page)).to_be_disabled()
    fill(page, "Pool size", "2")
    expect(find_card(page, "MaxPooling2D")).to_contain_text("25 × 25 × 8")
    fill(page, "Strides", "2")
    expect(find_card(page, "MaxPooling2D")).to_contain_text("13 × 13 × 8")
    expect(page).to_have_url(re.compile("network=1~c8-3-1-valid-relu-0~m2-2-valid~o0.25~f~d128"))
    fill(page, "Epochs", "1")
    page.get_by_role("button", name="Settings").click()
    fill(page, "Batch size", "256")
    fill(page, "Validation images", "30000")
    page.keyboard.press("Escape")
    expect(find_train(page)).to_be_enabled()
    assert 'layers.MaxPooling2D(2, name="pool"),  # 13 × 13 × 8' in copy_code(page)
    find_train(page).click()
    expect(page.locator("h2").filter(has_text="Finished")).to_be_visible(timeout=ENDED)
    (run, *_) = RunStore(app.runs).list()
    assert run.config.design is not None
    page.get_by_role("button", name="Draw with this model").click()
    expect(page).to_have_url(re.compile(r"localhost:\d+/$"))
    open_page(page, "Inside")
    expect(page.locator(".cards button").filter(has_text="Max pooling")).to_contain_text(
        "13 × 13 × 8"
    )


def test_a_reload_and_a_link_keep_the_network(page: Page, app: App) -> None:
    """The address holds it, in another session too."""
    page.goto("/train?network=1~c8-5-4-valid-tanh-0~f~d16-gelu")
    expect(find_card(page, "Conv2D")).to_contain_text("6 × 6 × 8", timeout=STARTED)
    find_card(page, "Dense").click()
    fill(page, "Units", "24")
    expect(page).to_have_url(re.compile("d24-gelu"))
    page.reload()
    expect(find_card(page, "Dense")).to_contain_text("24", timeout=STARTED)


def test_the_designer_fits_a_phone_and_works_by_keyboard(phone: Page, app: App) -> None:
    """The arrow keys lead to the next card, on the next row too; Enter chooses it."""
    phone.goto("/train?network=1~c8-5-4-valid-relu-0~f~d16-relu")
    expect(find_card(phone, "Conv2D")).to_be_visible(timeout=STARTED)
    expect_to_fit(phone)
    wait_until_idle(phone)
    find_card(phone, "Conv2D").focus()
    phone.keyboard.press("ArrowRight")
    expect(find_card(phone, "Flatten")).to_be_focused()
    phone.keyboard.press("Enter")
    expect(phone.get_by_text("Layer 1: Flatten")).to_be_visible()
