"""Hostile tables, by kind: odd numbers, texts, sizes, encodings and damage."""

from __future__ import annotations

from collections.abc import Mapping

from benchmarks.hostile_bytes import Make, Rng, make_damaged, make_other_file, pick

CELLS = (
    "nan", "inf", "-inf", "1e999", "1e-999", "-1", "256", "0x10", "1_000", "1,5", "", " ", "None",
    "=HYPERLINK(\"http://x\")", "=cmd|' /C calc'!A0", "@SUM(1)", "+1", "-0", "0.1.2", "1e", "e5",
    "<script>alert(1)</script>", "[x](javascript:alert(1))", "\0", "\x1b[31m", "\u202e", "\ufeff",
    "\u0663", "\uff11", "\u00b2", "½", "9" * 5_000, "0." + "0" * 5_000, "1e99999999999",
    "{0}", "%s",
    "two\nlines", "tab\there", "'; DROP TABLE runs;--", "__import__('os').system('touch executed')",
    "\U0001f600" * 50, "1" + "0" * 400, "00000000000000255",
)  # fmt: skip


def _rows(rng: Rng, rows: int = 28, columns: int = 28) -> list[list[str]]:
    return [[str(value) for value in row] for row in rng.integers(0, 256, (rows, columns))]


def _join(rows: list[list[str]], delimiter: str = ",", end: str = "\n") -> bytes:
    return "".join(delimiter.join(row) + end for row in rows).encode()


def _odd_cell(rng: Rng) -> bytes:
    rows = _rows(rng)
    for _ in range(rng.integers(1, 4)):
        rows[rng.integers(28)][rng.integers(28)] = pick(rng, CELLS)
    return _join(rows)


def _quoted_cell(rng: Rng) -> bytes:
    rows = _rows(rng)
    quoted = f'"{pick(rng, CELLS)}"' * int(rng.integers(1, 3))
    rows[rng.integers(28)][rng.integers(28)] = quoted
    return _join(rows)


def _odd_size(rng: Rng) -> bytes:
    rows, columns = int(rng.integers(0, 60)), int(rng.integers(0, 60))
    return _join(_rows(rng, rows, columns))


def _long_row(rng: Rng) -> bytes:
    count = int(10 ** rng.uniform(2, 5))
    return pick(rng, (b"1," * count, b"1\n" * count, b"," * count, b"\n" * count, b"1" * count))


def _large(rng: Rng) -> bytes:
    return b"0," * int(rng.integers(100_000, 15_000_000))


def _open_quote(rng: Rng) -> bytes:
    content = _join(_rows(rng))
    position = rng.integers(len(content))
    return content[:position] + b'"' * int(rng.integers(1, 200)) + content[position:]


def _encoding(rng: Rng) -> bytes:
    text = _join(_rows(rng)).decode()
    encoding = pick(rng, ("utf-16", "utf-32", "utf-7", "cp037", "utf-8-sig", "utf-16-le"))
    return text.encode(encoding)


def _ends(rng: Rng) -> bytes:
    end = pick(rng, ("\r", "\r\n", "\n\r", "\0\n", "\u2028", "\x0b", "\x1e", ",\n", ";\n"))
    return _join(_rows(rng), pick(rng, (",", ";", "\t", "|", " ")), end)


def _numbering(rng: Rng) -> bytes:
    """Numbers of rows and columns that are not 0 to 27."""
    rows = [[str(index), *row] for index, row in enumerate(_rows(rng))]
    header = ["", *map(str, range(28))]
    header[rng.integers(29)] = pick(rng, CELLS)
    rows[rng.integers(28)][0] = pick(rng, CELLS)
    return _join([header, *rows] if rng.integers(2) else rows)


def _scaled(rng: Rng) -> bytes:
    rows = [[str(value) for value in row] for row in rng.uniform(-0.1, 1.1, (28, 28))]
    return _join(rows)


KINDS: Mapping[str, Make] = {
    "a sound table": lambda rng: _join(_rows(rng)),
    "a sound table, odd file name": lambda rng: _join(_rows(rng)),
    "an odd cell": _odd_cell,
    "an odd cell in quotation marks": _quoted_cell,
    "another size": _odd_size,
    "a long row or column": _long_row,
    "a large file": _large,
    "an open quotation mark": _open_quote,
    "another encoding": _encoding,
    "other line ends and delimiters": _ends,
    "odd numbering": _numbering,
    "values out of range": _scaled,
    "another format": make_other_file,
    **make_damaged(lambda rng: _join(_rows(rng))),
}
