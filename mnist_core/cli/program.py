"""Run one command and turn its errors into an exit status."""

from __future__ import annotations

import argparse
import io
import sys
from collections.abc import Callable, Sequence

from mnist_core.cli.console import (
    FAILED,
    INTERRUPTED,
    MISUSED,
    print_error,
    print_file_error,
)
from mnist_core.cli.language import _, localize, translate_argparse
from mnist_core.cli.parser import make_parser
from mnist_core.config import ConfigError
from mnist_core.errors import MnistError
from mnist_core.training.architectures import UnknownNetworkError


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command.

    Args:
        arguments: The command and its options; by default those of this process.

    Returns:
        The exit status: 0 success, 1 failure, 2 usage error, 130 interrupted.

    Raises:
        SystemExit: The arguments cannot be parsed, or ask for help.
    """
    if isinstance(sys.stdout, io.TextIOWrapper):
        # A character that the terminal or file lacks becomes a question mark.
        sys.stdout.reconfigure(errors="replace")
    try:
        translate_argparse()
        options = make_parser().parse_args(arguments)
        command: Callable[[argparse.Namespace], int | None] = options.command
        return command(options) or 0
    except (ConfigError, UnknownNetworkError) as error:
        print_error(localize(error))
        return MISUSED
    except MnistError as error:
        print_error(localize(error))
    except OSError as error:
        print_file_error(error)
    except KeyboardInterrupt:
        print_error(_("Interrupted."))
        return INTERRUPTED
    except Exception as error:
        if sys.flags.dev_mode:
            raise
        print_error(
            _(
                "Something went wrong in the program ({type}: {error}). To see where, run it with "
                "“python -X dev -m mnist_core”.",
                type=type(error).__name__,
                error=error,
            )
        )
    return FAILED
