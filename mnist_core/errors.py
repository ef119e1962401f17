"""Base class for user-facing errors, and helpers that format their messages."""


class MnistError(Exception):
    """An input that cannot be used; the message has the problem, its reason and the next step.

    Each module defines its own subclass beside the code that raises it. Views and the command
    line show the message unchanged; any other exception is a bug.
    """


def describe_fault(error: BaseException) -> str:
    """Return an error's type and the first line of its message, for use in a sentence.

    Examples:
        >>> describe_fault(ValueError("shapes differ"))
        'ValueError, shapes differ'
    """
    first_line = str(error).strip().partition("\n")[0][:200]
    return f"{type(error).__name__}, {first_line}" if first_line else type(error).__name__


def shorten(text: str | bytes) -> str:
    r"""Return a text for quoting in a message, on one line and at most 20 characters long.

    Args:
        text: The text; bytes where protobuf found no UTF-8 in a damaged file.

    Examples:
        >>> shorten("a very long text indeed")
        'a very long text in…'
        >>> shorten("two\nlines")
        'two lines'
        >>> shorten(b"a\x80")
        'a�'
    """
    if isinstance(text, bytes):
        text = text.decode(errors="replace")
    line = "".join(character if character.isprintable() else " " for character in text[:21])
    return line if len(line) <= 20 else f"{line[:19]}…"
