"""The Learn page in a browser: from the first chapter to the last."""

import re

from playwright.sync_api import Page, expect

from tests.browser.conftest import PHONE
from tests.browser.person import expect_to_fit, open_page, wait_until_idle

CHAPTERS = 10


def test_a_beginner_goes_through_all_chapters(page: Page) -> None:
    """From Draw's invitation to the end; a reload and another language keep answers and place."""
    page.goto("/")
    wait_until_idle(page)
    page.get_by_text("New here?").click()
    expect(page.locator(".chapter-title")).to_have_text("1. The data")
    answer = page.get_by_placeholder("Your answer")
    answer.fill("28")
    page.get_by_role("button", name="Check").click()
    expect(page.get_by_text("Not yet.")).to_be_visible()
    answer.fill("784")
    answer.press("Enter")
    expect(page.get_by_text("Right.")).to_be_visible()
    expect(page.locator(".contents .done")).to_have_count(1)
    for number in range(2, CHAPTERS + 1):
        page.get_by_role("button", name="Next").click()
        expect(page.locator(".chapter-title")).to_have_text(re.compile(rf"^{number}\. "))
        expect(page).to_have_url(re.compile(rf"chapter={number}\b"))
        wait_until_idle(page)
    page.locator(".contents button").nth(5).click()
    expect(page.locator(".chapter-title")).to_have_text("6. How it learns")
    expect(page.locator(".js-plotly-plot")).to_have_count(3)
    page.reload()
    expect(page.locator(".chapter-title")).to_have_text("6. How it learns")
    expect(page.locator(".contents .done")).to_have_count(1)
    wait_until_idle(page)
    page.get_by_role("button", name="日本語").click()
    expect(page.locator(".chapter-title")).to_have_text(re.compile(r"^6\. .*学"))
    expect(page.locator(".contents .done")).to_have_count(1)
    wait_until_idle(page)
    page.locator(".contents button").first.click()
    expect(page.locator(".chapter-title")).to_have_text(re.compile(r"^1\. データ"))
    expect(page.locator(".st-key-learn_question")).to_contain_text("正解です")
    expect(page.get_by_placeholder("あなたの答え")).to_have_value("784")


def test_words_explain_themselves_and_tools_lead_back(page: Page) -> None:
    """By keyboard; and from Pixels back to the chapter about scaling, on a phone."""
    page.set_viewport_size(PHONE)
    page.goto("/learn?chapter=3")
    term = page.locator(".term").first
    expect(term).to_be_visible()
    term.focus()
    expect(term.locator(".meaning")).to_be_visible()
    expect_to_fit(page)
    page.get_by_text("Step through the preparation").click()
    expect(page.locator(".heading h1")).to_have_text("Pixels")
    expect(page).to_have_url(re.compile("image=53238"))
    page.get_by_text("Learn what this is").click()
    expect(page.locator(".chapter-title")).to_have_text(re.compile("^3"))
    page.wait_for_function("sessionStorage.getItem('draw-a-digit:learn')")
    page.goto("/learn?word=gradient")
    expect(page).to_have_url(re.compile("chapter=3"))  # the browser has sent the last chapter
    expect(page.locator(".glossary tr").first).to_contain_text("勾配")
    page.keyboard.press("Escape")
    expect(page.locator(".glossary")).to_have_count(0)
    expect(page).not_to_have_url(re.compile("word="))


def test_the_worksheet_is_one_page(page: Page) -> None:
    """Printed on A4, also with the answers."""
    open_page(page, "Learn")
    for name in ("Worksheet", "Worksheet with answers"):
        page.get_by_role("button", name="For teachers").click()
        with page.expect_download() as download:
            page.get_by_role("button", name=name, exact=True).click()
        path = download.value.path()
        sheet = page.context.new_page()
        sheet.set_content(path.read_text(encoding="utf-8"))
        printed = sheet.pdf(format="A4", prefer_css_page_size=True)
        assert len(re.findall(rb"/Type\s*/Page\b", printed)) == 1
        sheet.close()
        page.keyboard.press("Escape")
