"""The base of every error that a user can cause and can mend."""


class MnistError(Exception):
    """Something a user gave cannot be used; the message says what, why and what to do next.

    Each module defines its own subclass beside the code that raises it. Views and the command
    line show the message as it is; any other exception is a fault of the program.
    """
