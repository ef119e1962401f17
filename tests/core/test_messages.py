"""A message remembers what it was made of, and can be said in another language."""

import string

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
    read_message,
)
from mnist_core.percentages import format_percent, format_probability
from tests.catalogs import collect, list_messages


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


def test_every_message_of_the_sources_can_be_stored() -> None:
    """Its formats are among those that `read_message` accepts."""
    for entry in list_messages(collect()):
        texts = [entry.id] if isinstance(entry.id, str) else [*entry.id]
        fields = string.Formatter().parse("".join(texts))
        values: dict[str, object] = {name: 2 for _, name, _, _ in fields if name}
        made = plural_message(texts[0], texts[-1], 2, **values)
        assert isinstance(read_message(made.to_dict(), "".join(made)), Message), texts


@pytest.mark.parametrize(
    "template",
    ["{a:>9}", "{a:9}", "{a:099}", "{a:.99f}", "{a:{a}}", "{a.real}", "{a!r}", "{a}" * 500],
)
def test_a_stored_template_with_another_format_is_ignored(template: str) -> None:
    """With a large width it would take gigabytes; the stored text is shown instead."""
    parts = {"template": template, "plural": None, "number": 1, "values": {"a": 3}}
    assert type(read_message(parts, template.format(a=3))) is str


@pytest.mark.parametrize("repeated", ["{a}", "{a}{a}"])
def test_stored_messages_within_each_other_are_ignored(repeated: str) -> None:
    """Their number, and with two in each their length, could be any."""
    made = message("{a}", a="ab")
    for _ in range(12):
        made = message(repeated, a=made)
    assert type(read_message(made.to_dict(), "".join(made))) is str


@pytest.mark.parametrize(
    "changes",
    [
        {"values": {"size": 10**400}},
        {"values": {"size": ["3"]}},
        {"values": {}},
        {"template": "{size:g} MB {0}"},
        {"template": 3},
        {"plural": ["{size:g} MB"]},
        {"plural": "3 MB", "number": "many"},
        {"plural": "3 MB", "number": 2.5},
    ],
)
def test_a_damaged_message_is_the_stored_text(changes: dict[str, object]) -> None:
    """Whatever is wrong in it."""
    parts = {"template": "{size:g} MB", "plural": None, "number": 1, "values": {"size": 3}}
    assert isinstance(read_message(parts, "3 MB"), Message)
    assert type(read_message({**parts, **changes}, "3 MB")) is str


def test_a_message_that_fits_english_only_is_the_stored_text() -> None:
    """The Japanese translation formats the number, which is a text here."""
    parts = {
        "template": "{count} parameter",
        "plural": "{count:,} parameters",
        "number": 1,
        "values": {"count": 3},
    }
    made = read_message(parts, "3 parameter")
    assert isinstance(made, Message)
    assert made.in_language("ja") != made
    assert type(read_message({**parts, "values": {"count": "3"}}, "3 parameter")) is str
