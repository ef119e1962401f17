"""The catalogs have every text of the sources, in every language, with the same names in it."""

import io
import string

import pytest
from babel.messages.catalog import Message
from babel.messages.mofile import write_mo

from mnist_core.messages import DEFAULT_LANGUAGE, LANGUAGES
from tests.catalogs import (
    TEMPLATE,
    collect,
    find_texts,
    get_path,
    list_messages,
    read_catalog,
)

ADVICE = "Run “make messages” and translate what is new."
TRANSLATIONS = [language for language in LANGUAGES if language != DEFAULT_LANGUAGE]


def list_texts(message: Message) -> tuple[str, ...]:
    """Return the text of a message, or its singular and plural."""
    return (message.id,) if isinstance(message.id, str) else tuple(message.id)


def list_names(text: str) -> set[str]:
    """Return the names in braces."""
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def test_the_template_has_the_texts_of_the_sources() -> None:
    """Those that are new, and none that are gone."""
    stored = {list_texts(message) for message in list_messages(read_catalog(TEMPLATE))}
    found = {list_texts(message) for message in list_messages(collect())}
    assert found - stored == set(), ADVICE
    assert stored - found == set(), ADVICE


@pytest.mark.parametrize("language", TRANSLATIONS)
def test_every_text_is_translated(language: str) -> None:
    """None is missing, and none is a guess."""
    catalog = read_catalog(get_path(language))
    translated = {list_texts(m) for m in list_messages(catalog) if m.string and not m.fuzzy}
    missing = {list_texts(message) for message in list_messages(collect())} - translated
    assert missing == set(), ADVICE


@pytest.mark.parametrize("language", TRANSLATIONS)
def test_translations_have_the_same_names(language: str) -> None:
    """A name that is missing loses a value; one too many is an error when it is shown."""
    for message in list_messages(read_catalog(get_path(language))):
        names = list_names(list_texts(message)[-1])
        strings = [message.string] if isinstance(message.string, str) else message.string
        for translation in strings:
            assert list_names(translation) == names, message.id


@pytest.mark.parametrize("language", TRANSLATIONS)
def test_the_compiled_catalog_is_up_to_date(language: str) -> None:
    """It is what the app reads."""
    path = get_path(language)
    compiled = io.BytesIO()
    write_mo(compiled, read_catalog(path))
    assert path.with_suffix(".mo").read_bytes() == compiled.getvalue(), ADVICE


def test_texts_are_found_wherever_they_are() -> None:
    """Also inside f-strings, and joined from several lines."""
    source = """f"<p>{_('One {a}')}</p>", message("Two " "three"), ngettext("1", "n", n)"""
    assert set(find_texts(source)) == {("One {a}",), ("Two three",), ("1", "n")}
