"""What a person hears who does not see the page: announcements, the focus, the pages' titles."""

from playwright.sync_api import Page, expect

from tests.browser.person import draw, expect_answer, open_page, wait_until_idle


def test_what_appears_is_announced(page: Page) -> None:
    """A kept drawing and a number are read aloud, without the names of icons."""
    page.goto("/")
    wait_until_idle(page)
    draw(page, "7")
    expect_answer(page, 7)
    page.keyboard.press("7")
    announcement = page.locator("body > [role=status]")
    expect(announcement).to_contain_text("Kept as 7")
    page.get_by_text("A number", exact=True).click()
    wait_until_idle(page)
    draw(page, "2", canvas="number_canvas")
    expect(announcement).to_have_text("2")
    page.get_by_role("button", name="Clear").click()
    expect(page.locator(".number i")).to_have_count(0)
    expect(announcement).to_have_text("", timeout=20_000)
    draw(page, "2", canvas="number_canvas")
    expect(announcement).to_have_text("2")


def test_the_focus_comes_along(page: Page) -> None:
    """It does not stay on what lies below the next chapter, nor get lost with what is replaced."""
    open_page(page, "Learn")
    page.get_by_role("button", name="Next").focus()
    page.keyboard.press("Enter")
    title = page.locator(".st-key-learn_title")
    expect(title).to_contain_text("2.")
    expect(title).to_be_focused()
    open_page(page, "Errors")
    page.locator(".pictures button").first.focus()
    page.keyboard.press("Enter")
    title = page.locator(".st-key-errors_title")
    expect(title).to_contain_text("Test image")
    expect(title).to_be_focused()
    parts = page.locator(".st-key-errors_part").bounding_box()
    place = title.bounding_box()
    assert parts is not None and place is not None and place["y"] >= parts["y"] + parts["height"]
    page.get_by_role("button", name="Back to all images").focus()
    page.keyboard.press("Enter")
    expect(title).to_contain_text("Gallery")
    expect(title).to_be_focused()


def test_each_page_has_a_title(page: Page) -> None:
    """The title tells tabs and entries of the history apart."""
    open_page(page, "Learn")
    expect(page).to_have_title("Learn · Draw a digit")
    open_page(page, "Draw")
    expect(page).to_have_title("Draw a digit")
