"""The language of the command line, by the environment of the process."""

from __future__ import annotations

import gettext
import os

from mnist_core.messages import (
    DEFAULT_LANGUAGE,
    LOCALE,
    find_language,
    message,
    plural_message,
    translate,
)

VARIABLES = ("LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG")
"""The variables of the environment that name languages, as gettext reads them."""

OF_ARGPARSE = (
    message("usage: "),
    message("positional arguments"),
    message("options"),
    message("show this help message and exit"),
    message("argument %(argument_name)s: %(message)s"),
    message("invalid %(type)s value: %(value)r"),
    message("invalid choice: %(value)r (choose from %(choices)s)"),
    message("expected one argument"),
    message("expected at least one argument"),
    message("unrecognized arguments: %s"),
    message("ambiguous option: %(option)s could match %(matches)s"),
    message("ignored explicit argument %r"),
    message("the following arguments are required: %s"),
)
"""What argparse itself says here, in its own words, so that the catalogs have it."""


def translate_argparse() -> None:
    """Let argparse find its sentences in the catalogs: it asks the gettext of the process."""
    if get_language() != DEFAULT_LANGUAGE:
        gettext.bindtextdomain("messages", LOCALE)
        gettext.textdomain("messages")


def get_language() -> str:
    """Return the code of the first language that the environment names and the app has."""
    named = next((os.environ[name] for name in VARIABLES if os.environ.get(name)), "")
    return find_language(named.split(":"))


def _(template: str, /, **values: object) -> str:
    """Return a sentence in this language; see `mnist_core.messages.message`."""
    return message(template, **values).in_language(get_language())


def ngettext(singular: str, plural: str, number: int, /, **values: object) -> str:
    """Return one of two sentences by a number; see `mnist_core.messages.plural_message`."""
    return plural_message(singular, plural, number, **values).in_language(get_language())


def localize(text: object) -> str:
    """Return a text or an error in this language if it is a message of the core."""
    return str(translate(str(text), get_language()))
