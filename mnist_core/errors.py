"""Errors that a user can cause and can mend, and how messages tell of things."""


class MnistError(Exception):
    """Something a user gave cannot be used; the message says what, why and what to do next.

    Each module defines its own subclass beside the code that raises it. Views and the command
    line show the message as it is; any other exception is a fault of the program.
    """


def describe_fault(error: BaseException) -> str:
    """Return an error's type and the first line of its message, for a sentence about it."""
    first_line = str(error).strip().partition("\n")[0][:200]
    return f"{type(error).__name__}, {first_line}" if first_line else type(error).__name__


def shorten(text: str) -> str:
    """Return a text that somebody gave as a message quotes it: 20 characters at most."""
    return text if len(text) <= 20 else f"{text[:19]}…"
