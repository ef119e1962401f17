"""The folder that holds the runs by default."""

from __future__ import annotations

import os
from pathlib import Path

from platformdirs import user_data_path

APP_NAME = "draw-a-digit"
PACKAGE_PARENT = Path(__file__).parents[2]


def find_runs_folder() -> Path:
    """Return the folder that `MNIST_RUNS_DIR` names, or the default one.

    By default that is `runs` beside the app in a checkout of the repository, and a folder of the
    user's data where the package is installed.
    """
    named = os.environ.get("MNIST_RUNS_DIR")
    if named:
        return Path(named)
    if (PACKAGE_PARENT / "pyproject.toml").is_file():  # the repository's root has one
        return PACKAGE_PARENT / "runs"
    return user_data_path(APP_NAME, appauthor=False) / "runs"
