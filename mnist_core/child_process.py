"""The environment of processes that the app starts to run a module of this package."""

from __future__ import annotations

import os
from pathlib import Path

PACKAGE_PARENT = str(Path(__file__).parents[1])


def make_environment(**variables: str) -> dict[str, str]:
    """Return this process's environment, in which Python finds this package, installed or not.

    The working folder may be any: with -P, Python imports no module from there.

    Args:
        **variables: Further variables.
    """
    path = os.environ.get("PYTHONPATH")
    return {
        **os.environ,
        "PYTHONPATH": os.pathsep.join([PACKAGE_PARENT, path]) if path else PACKAGE_PARENT,
        **variables,
    }
