"""Sentences that can be translated: an English template, its values, and the catalogs.

The core writes English. A `Message` remembers what it was made of, so that a page or the command
line can show it in another language. The catalogs are in `mnist_core/locale`; `make messages`
updates them.
"""

from __future__ import annotations

import os
import re
import string
from collections.abc import Iterable
from decimal import Decimal
from functools import cache
from gettext import GNUTranslations, NullTranslations
from gettext import translation as read_catalog
from pathlib import Path

from babel import Locale, UnknownLocaleError
from babel.numbers import get_decimal_symbol, get_group_symbol

LOCALE = Path(__file__).with_name("locale")
DEFAULT_LANGUAGE = "en"
LANGUAGES = {"en": "English", "ja": "日本語"}
"""The name of each language in that language, by its code."""

WITHOUT_SPACES = {"ja", "zh"}
"""The languages that have no space between sentences."""

MAX_STORED_LENGTH, MAX_STORED_LEVELS = 1_000, 5
STORED_FORMAT = re.compile(r"02d|,?(\.\d)?[fg]?")
"""The formats that templates have. Others, such as a large width, can take gigabytes."""

PSEUDO_LANGUAGE = "qps"
"""A language for tests, in brackets. What is shown without them cannot be translated."""
if os.environ.get("MNIST_PSEUDO_LANGUAGE"):
    LANGUAGES[PSEUDO_LANGUAGE] = "⟦English⟧"


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

    def __str__(self) -> str:
        """Return the message itself, so that `str` of an error can be translated."""
        return self

    def in_language(self, language: str) -> str:
        """Return the sentence in a language, or in English where the catalog lacks it."""
        catalog = get_catalog(language)
        template = (
            catalog.gettext(self.template)
            if self.plural is None
            else catalog.ngettext(self.template, self.plural, self.number)
        )
        values = {name: translate(value, language) for name, value in self.values.items()}
        return _NumberFormatter(language).vformat(template, (), values) if values else template

    def to_dict(self) -> dict[str, object]:
        """Return what the message was made of, as types that JSON supports."""
        return {
            "template": self.template,
            "plural": self.plural,
            "number": self.number,
            "values": {name: _to_json(value) for name, value in self.values.items()},
        }


class _NumberFormatter(string.Formatter):
    """Formats numbers with the separators of a language."""

    def __init__(self, language: str) -> None:
        self._separators = _get_separators(language)

    def format_field(self, value: object, format_spec: str) -> str:
        text = format(value, format_spec)
        is_number = isinstance(value, Decimal) or (format_spec and isinstance(value, int | float))
        return text.translate(self._separators) if is_number else text


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


def read_message(parts: object, text: str) -> str:
    """Return the message whose `to_dict` was stored, if it says what was stored with it.

    Args:
        parts: What was stored; anything else than a message that the app can write is ignored.
        text: The stored sentence, in English.

    Examples:
        >>> made = message("{file} has {size} MB.", file="a.png", size=3)
        >>> read_message(made.to_dict(), made).in_language("qps")
        '⟦a.png has 3 MB.⟧'
    """
    try:
        made = _from_json(parts)
        if not isinstance(made, Message) or made != text:
            return text
        for language in LANGUAGES:  # a translation may use the values in another way
            made.in_language(language)
    except (TypeError, KeyError, ValueError, AttributeError, OverflowError):
        return text
    return made


def translate(value: object, language: str) -> object:
    """Return a message in a language, and any other value unchanged."""
    return value.in_language(language) if isinstance(value, Message) else value


def join_sentences(sentences: Iterable[str], language: str) -> str:
    """Return sentences in a language, one after another.

    Examples:
        >>> join_sentences([message("It is one."), message("It is two.")], "en")
        'It is one. It is two.'
    """
    space = "" if language in WITHOUT_SPACES else " "
    return space.join(str(translate(sentence, language)) for sentence in sentences)


def find_language(tags: Iterable[str]) -> str:
    """Return the first language that the app has, English if it has none of them.

    Args:
        tags: Languages in the order of preference, such as "ja-JP" or "ja_JP.UTF-8".

    Examples:
        >>> find_language(["fr_FR.UTF-8", "ja_JP.UTF-8"])
        'ja'
    """
    codes = (tag.replace("_", "-").partition("-")[0].lower() for tag in tags)
    return next((code for code in codes if code in LANGUAGES), DEFAULT_LANGUAGE)


@cache
def get_locale(language: str) -> Locale:
    """Return Babel's data about a language, those about English if it does not know it."""
    try:
        return Locale.parse(language)
    except (UnknownLocaleError, ValueError):
        return Locale.parse(DEFAULT_LANGUAGE)


@cache
def get_catalog(language: str) -> NullTranslations | GNUTranslations:
    """Return the catalog of a language; one without sentences for English or an unknown one."""
    if language == PSEUDO_LANGUAGE:
        return _PseudoCatalog()
    return read_catalog("messages", LOCALE, [language], fallback=True)


class _PseudoCatalog(NullTranslations):
    """Puts every sentence into brackets."""

    def gettext(self, message: str) -> str:
        return f"⟦{message}⟧"

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        return f"⟦{super().ngettext(msgid1, msgid2, n)}⟧"


@cache
def _get_separators(language: str) -> dict[int, str]:
    locale = get_locale(language)
    return str.maketrans({",": get_group_symbol(locale), ".": get_decimal_symbol(locale)})


def _make(template: str, plural: str | None, number: int, values: dict[str, object]) -> Message:
    values = {name: _take_message(value) for name, value in values.items()}
    chosen = template if plural is None or number == 1 else plural
    made = Message(chosen.format(**values) if values else chosen)
    made.template, made.plural, made.number, made.values = template, plural, number, values
    return made


def _take_message(value: object) -> object:
    """Return an exception's message, and any other value unchanged."""
    return str(value) if isinstance(value, BaseException) else value


def _to_json(value: object) -> object:
    if isinstance(value, Message):
        return value.to_dict()
    return value if isinstance(value, int | float | str) else str(value)


def _from_json(stored: object, levels: int = MAX_STORED_LEVELS) -> object:
    """Return a stored message, or a stored value of one, if it is short."""
    made = stored
    if isinstance(stored, dict):
        template, plural, number = stored["template"], stored["plural"], stored["number"]
        _check_template(template)
        if plural is not None:
            _check_template(plural)
        if type(number) is not int or levels == 0:
            raise ValueError("The number is not whole, or messages are nested too deeply.")
        values = {name: _from_json(each, levels - 1) for name, each in stored["values"].items()}
        made = _make(template, plural, number, values)
    if not isinstance(made, int | float | str) or len(str(made)) > MAX_STORED_LENGTH:
        raise ValueError("The value has a type that is never stored, or is too long.")
    return made


def _check_template(template: str) -> None:
    """Check that a stored template is short, and has plain names with usual formats only."""
    if len(template) > MAX_STORED_LENGTH:
        raise ValueError("The template is too long.")
    for _, name, spec, conversion in string.Formatter().parse(template):
        if name is None:
            continue
        if conversion or not name.isidentifier() or not STORED_FORMAT.fullmatch(spec or ""):
            raise ValueError("The template has a field that the app's templates do not have.")
