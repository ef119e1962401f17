"""Tests of benchmarks.report: how results are printed."""

import pytest

from benchmarks.report import (
    describe_machine,
    format_delays,
    format_percent,
    print_table,
    print_values,
)


def test_percentages_have_fixed_decimals() -> None:
    """Two by default."""
    assert format_percent(0.99) == "99.00 %"
    assert format_percent(0.1749, decimals=0) == "17 %"


def test_delays_are_summarized_by_two_percentiles() -> None:
    """The median and the 95th percentile of 0 to 100 are 50 and 95."""
    assert format_delays(range(101)) == "50 ms median, 95 ms at the 95th percentile (n = 101)"
    assert format_delays([0.25], 2) == "0.25 ms median, 0.25 ms at the 95th percentile (n = 1)"


def test_missing_delays_are_not_an_error() -> None:
    """In a run that is too short nothing is measured."""
    assert format_delays([]) == "none measured"


def test_a_table_is_aligned_markdown(capsys: pytest.CaptureFixture[str]) -> None:
    """The first column is aligned to the left, the others to the right."""
    print_table(["model", "accuracy"], [["compact", "99.14 %"], ["swift", "99.2 %"]])
    assert capsys.readouterr().out.splitlines() == [
        "| model   | accuracy |",
        "| ------- | -------: |",
        "| compact |  99.14 % |",
        "| swift   |   99.2 % |",
    ]


def test_values_are_aligned(capsys: pytest.CaptureFixture[str]) -> None:
    """The longest name decides where they begin."""
    print_values({"canvas": "2.1 s", "memory": "216 MB", "errors found": "0"})
    lines = capsys.readouterr().out.splitlines()
    assert lines == ["canvas        2.1 s", "memory        216 MB", "errors found  0"]


def test_the_machine_is_described_in_one_line() -> None:
    """The processor's cores and the version of Python are named."""
    description = describe_machine()
    assert "cores of" in description
    assert "Python 3" in description
    assert "\n" not in description
