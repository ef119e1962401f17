"""A message remembers what it was made of, and can be said in another language."""

import pytest

from mnist_core import messages
from mnist_core.errors import MnistError
from mnist_core.messages import (
    LANGUAGES,
    PSEUDO_LANGUAGE,
    Message,
    find_language,
    message,
    plural_message,
)
from mnist_core.percentages import format_percent, format_probability


def test_an_error_keeps_its_message() -> None:
    """`str` of an error can still be translated, also within another message."""
    error = MnistError(message("{name} is missing.", name="a.png"))
    text = str(error)
    assert isinstance(text, Message)
    outer = message("Cannot go on. {problem}", problem=text)
    assert outer == "Cannot go on. a.png is missing."
    assert outer.in_language(PSEUDO_LANGUAGE) == "⟦Cannot go on. ⟦a.png is missing.⟧⟧"


def test_numbers_decide_on_the_plural() -> None:
    """Zero and two are plural in English."""
    for count, text in ((0, "0 epochs"), (1, "1 epoch"), (2000, "2,000 epochs")):
        made = plural_message("{count} epoch", "{count:,} epochs", count, count=count)
        assert made.in_language("en") == made == text


def test_numbers_have_the_separators_of_the_language(monkeypatch: pytest.MonkeyPatch) -> None:
    """Formatted ones only: a name that looks like a number stays as it is."""
    made = message("{count:,} and {part:.2f}, {name}", count=1234567, part=0.5, name="1,000.5")
    assert made.in_language("ja") == "1,234,567 and 0.50, 1,000.5"
    assert made.in_language("de") == "1.234.567 and 0,50, 1,000.5"
    assert format_percent(0.9843).in_language("de") == "98,4 %"


def test_percentages_have_the_sign_of_the_language() -> None:
    """Japanese has no space before it."""
    assert format_percent(0.9843).in_language("ja") == "98.4%"
    assert format_probability(1.0).in_language("ja") == "99.9%超"
    assert format_probability(0.0).in_language("ja") == "0.1%未満"


def test_the_first_known_language_is_found() -> None:
    """In the spelling of browsers and of LANG."""
    assert find_language(["", "C", "fr-CH", "ja-JP", "en"]) == "ja"
    assert find_language(["ja_JP.UTF-8"]) == "ja"
    assert find_language([]) == "en"


def test_the_pseudo_language_is_not_offered() -> None:
    """It is for tests."""
    assert PSEUDO_LANGUAGE not in LANGUAGES
    assert messages.get_locale(PSEUDO_LANGUAGE).language == "en"
