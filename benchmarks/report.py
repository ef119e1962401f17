"""The printed form of results: percentages, delays, tables and the machine's name."""

import os
import platform
from collections.abc import Collection, Iterable, Mapping, Sequence
from pathlib import Path

import numpy as np


def format_percent(fraction: float, decimals: int = 2) -> str:
    """Return a fraction in 0..1 as a percentage."""
    return f"{100 * fraction:.{decimals}f} %"


def format_delays(milliseconds: Collection[float] | np.ndarray, decimals: int = 0) -> str:
    """Return the median, the 95th percentile and the number of some delays."""
    count = len(milliseconds)
    if not count:
        return "none measured"
    median, high = np.percentile(np.array(milliseconds), [50, 95])
    return (
        f"{median:.{decimals}f} ms median, {high:.{decimals}f} ms at the 95th percentile "
        f"(n = {count:,})"
    )


def print_values(values: Mapping[str, str]) -> None:
    """Print one line per value, with the values aligned."""
    width = max(map(len, values))
    for name, value in values.items():
        print(f"{name:{width}}  {value}")


def print_table(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Print a table in Markdown, all columns but the first aligned to the right."""
    rows = list(rows)
    widths = [max(4, *map(len, column)) for column in zip(headings, *rows, strict=True)]
    _print_row(headings, widths)
    _print_row(["-" * widths[0], *("-" * (width - 1) + ":" for width in widths[1:])], widths)
    for row in rows:
        _print_row(row, widths)


def describe_machine() -> str:
    """Return the name of the processor, the number of its cores and the version of Python."""
    name = platform.processor() or platform.machine()
    info = Path("/proc/cpuinfo")
    if info.exists():
        lines = (line.partition(":") for line in info.read_text().splitlines())
        name = next((text.strip() for key, _, text in lines if key.startswith("model name")), name)
    return f"{os.cpu_count()} cores of {name}, Python {platform.python_version()}"


def _print_row(cells: Sequence[str], widths: Sequence[int]) -> None:
    first = f"{cells[0]:<{widths[0]}}"
    others = [f"{cell:>{width}}" for cell, width in zip(cells[1:], widths[1:], strict=True)]
    print(f"| {' | '.join([first, *others])} |")
