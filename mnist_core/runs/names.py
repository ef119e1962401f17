"""Names that people or foreign files give, checked on the way in and cleaned when read from disk.

Streamlit sends texts as UTF-8, which has no lone surrogates, and pages do not show control
characters. Without a check, such a name of one run breaks every page that lists the runs.
"""

from __future__ import annotations

import unicodedata

from mnist_core.messages import message
from mnist_core.runs.run_error import RunError

MAX_NAME_LENGTH = 80
REPLACEMENT = "\N{REPLACEMENT CHARACTER}"
# Control characters, surrogates, line separators and paragraph separators.
UNPRINTABLE = frozenset({"Cc", "Cs", "Zl", "Zp"})


def is_printable(text: str) -> bool:
    r"""Return whether a text can be shown on one line of a page.

    Unlike `str.isprintable`, it accepts the joiners of emoji and of Indian and Persian scripts.

    Examples:
        >>> is_printable("Größe 2 👩‍🏫"), is_printable("a\x00b"), is_printable("a\ud800b")
        (True, False, False)
    """
    return all(unicodedata.category(character) not in UNPRINTABLE for character in text)


def clean_text(text: str) -> str:
    r"""Replace the characters that cannot be shown.

    Examples:
        >>> clean_text("two\nlines")
        'two�lines'
    """
    return "".join(each if is_printable(each) else REPLACEMENT for each in text)


def make_id(folder_name: str) -> str:
    r"""Return the name of a folder with escapes for the characters that cannot be shown.

    The escapes keep the ids of different folders different.

    Examples:
        >>> make_id("20261123-164500-compact-3f2a81bc"), make_id("caf\udce9")
        ('20261123-164500-compact-3f2a81bc', 'caf\\udce9')
    """
    return "".join(
        each if is_printable(each) else each.encode("unicode_escape", "backslashreplace").decode()
        for each in folder_name
    )


def check_name(name: str) -> str:
    """Return a run's name without surrounding spaces.

    Raises:
        RunError: It does not have 1 to 80 characters, or one of them cannot be shown.

    Examples:
        >>> check_name("  First try ")
        'First try'
    """
    name = name.strip()
    length = len(name)
    if not 1 <= length <= MAX_NAME_LENGTH:
        raise RunError(
            message(
                "A run’s name must have 1 to {most} characters, not {length}. Enter another name.",
                most=MAX_NAME_LENGTH,
                length=length,
            )
        )
    if not is_printable(name):
        raise RunError(
            message(
                "A run’s name must not contain control characters, line breaks or invalid Unicode. "
                "Enter another name."
            )
        )
    return name
