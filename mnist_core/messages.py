"""Sentences that can be translated: an English template, its values, and the catalogs.

The core writes English. A `Message` remembers what it was made of, so that a page or the command
line can show it in another language. The catalogs are in `mnist_core/locale`; `make messages`
updates them.
"""

from __future__ import annotations

from functools import cache
from gettext import GNUTranslations, NullTranslations
from gettext import translation as read_catalog
from pathlib import Path

LOCALE = Path(__file__).with_name("locale")
DEFAULT_LANGUAGE = "en"
LANGUAGES = {"en": "English", "ja": "日本語"}
"""The name of each language in that language, by its code."""


class Message(str):
    """An English sentence that can be translated later.

    Attributes:
        template: The sentence with names in braces, which identifies it in the catalogs.
        plural: The template for another number than one, or None.
        number: What decides between `template` and `plural`.
        values: The values of the names; a value may be a message itself.
    """

    template: str
    plural: str | None
    number: int
    values: dict[str, object]

    def in_language(self, language: str) -> str:
        """Return the sentence in a language, or in English where the catalog lacks it."""
        catalog = get_catalog(language)
        template = (
            catalog.gettext(self.template)
            if self.plural is None
            else catalog.ngettext(self.template, self.plural, self.number)
        )
        values = {name: translate(value, language) for name, value in self.values.items()}
        return template.format(**values) if values else template


def message(template: str, /, **values: object) -> Message:
    """Return a sentence whose template is in the catalogs.

    Args:
        template: An English sentence, with names in braces where values are given.
        **values: The value of each name.

    Examples:
        >>> message("{file} has {size} MB.", file="a.png", size=3)
        'a.png has 3 MB.'
    """
    return _make(template, None, 1, values)


def plural_message(singular: str, plural: str, number: int, /, **values: object) -> Message:
    """Return one of two sentences, by a number.

    Examples:
        >>> plural_message("{count} epoch", "{count} epochs", 2, count=2)
        '2 epochs'
    """
    return _make(singular, plural, number, values)


def translate(value: object, language: str) -> object:
    """Return a message in a language, and any other value unchanged."""
    return value.in_language(language) if isinstance(value, Message) else value


@cache
def get_catalog(language: str) -> NullTranslations | GNUTranslations:
    """Return the catalog of a language; one without sentences for English or an unknown one."""
    return read_catalog("messages", LOCALE, [language], fallback=True)


def _make(template: str, plural: str | None, number: int, values: dict[str, object]) -> Message:
    chosen = template if plural is None or number == 1 else plural
    made = Message(chosen.format(**values) if values else chosen)
    made.template, made.plural, made.number, made.values = template, plural, number, values
    return made
