"""The command line: `draw-a-digit`, or `python -m mnist_core`.

`parser` has the commands and their options, `program` runs one of them, and each command is a
module. Exit status: 0 success, 1 failure, 2 usage error, 130 interrupted. Errors are printed to
stderr as one line. The work itself is done by the packages below.
"""

from mnist_core.cli.program import main

__all__ = ["main"]
