"""Errors that a user can cause and can mend, and what is said of others."""


class MnistError(Exception):
    """Something a user gave cannot be used; the message says what, why and what to do next.

    Each module defines its own subclass beside the code that raises it. Views and the command
    line show the message as it is; any other exception is a fault of the program.
    """


def describe_fault(error: BaseException) -> str:
    """Return an error's type and the first line of its message, for a sentence about it."""
    first_line = str(error).strip().partition("\n")[0][:200]
    return f"{type(error).__name__}, {first_line}" if first_line else type(error).__name__
