"""Tests of mnist_core.child_process: a process of the app finds this package."""

import subprocess
import sys

import pytest

from mnist_core.child_process import make_environment


@pytest.mark.parametrize("before", [None, "elsewhere"])
def test_a_process_finds_the_package_in_any_folder(before, tmp_path, monkeypatch) -> None:
    """Besides what PYTHONPATH held already; further variables are set."""
    if before is None:
        monkeypatch.delenv("PYTHONPATH", raising=False)
    else:
        monkeypatch.setenv("PYTHONPATH", before)
    environment = make_environment(FURTHER="value")
    program = "import mnist_core.errors, os; print(os.environ['FURTHER'])"
    printed = subprocess.run(
        [sys.executable, "-P", "-c", program],
        cwd=tmp_path, env=environment, capture_output=True, text=True, check=True,
    ).stdout  # fmt: skip
    assert printed.strip() == "value"
    assert before is None or environment["PYTHONPATH"].endswith(before)
