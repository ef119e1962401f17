"""A person switches the language; the browser remembers it, and every page fits a phone."""

from playwright.sync_api import Page, expect

from tests.browser.conftest import DESKTOP, PHONE
from tests.browser.person import expect_to_fit, open_page, wait_until_idle

IS_STORED = """Object.values(sessionStorage).some((text) => text.includes('"language":"ja"'))"""
TITLES = ("学ぶ", "自分の字", "学習", "画素", "誤り", "内部")


def test_the_language_is_switched_and_kept(page: Page) -> None:
    """After a reload and on all pages, until it is switched back."""
    heading = page.locator(".heading h1")
    page.goto("/")
    wait_until_idle(page)
    page.get_by_role("button", name="日本語").click()
    expect(heading).to_have_text("数字を書く")
    expect(page.locator("html")).to_have_attribute("lang", "ja")
    page.wait_for_function(IS_STORED)
    page.reload()
    expect(heading).to_have_text("数字を書く")
    for title in TITLES:
        open_page(page, title)
        page.set_viewport_size(PHONE)
        expect_to_fit(page)
        page.set_viewport_size(DESKTOP)
    open_page(page, "画素")
    expect(page.get_by_label("ペンの値")).to_be_visible()
    page.get_by_role("button", name="English").click()
    expect(heading).to_have_text("Pixels")
    expect(page.get_by_label("Pen value")).to_be_visible()
    expect(page.get_by_role("columnheader", name="Prediction")).to_be_visible()
    expect(page.locator("html")).to_have_attribute("lang", "en")
