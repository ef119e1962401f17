"""Damage to files of any format, by random positions and values."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

Rng = np.random.Generator
Make = Callable[[Rng], bytes]
Damage = Callable[[bytes, Rng], bytes]

# Names that a browser may send with a file, without the suffix.
NAMES = (
    "",
    ".",
    "..",
    "../../secret",
    "/etc/passwd",
    "C:\\secret",
    "nul\0byte",
    "two\nlines",
    "surrogate\ud800",
    "\u202eright to left",
    "<script>document.title='executed'</script>",
    "[link](javascript:alert(1)) **bold** :red[x] $x^2$",
    "`touch executed`; $(touch executed)",
    "n" * 5_000,
    "%00%2e%2e%2f",
    "tab\tand\rreturn",
    "e\u0301" * 100,
    "{0.__class__} %s %(name)s",
)


# Files that a hostile file may refer to.
LOCATIONS = (
    "secret.txt",
    ".streamlit/secrets.toml",
    "./secret.txt",
    "../work/secret.txt",
    "/proc/self/environ",
    "/etc/passwd",
    "/dev/zero",
    "runs/../secret.txt",
)


def pick(rng: Rng, values: Any) -> Any:
    """Return one of some values."""
    return values[rng.integers(len(values))]


def choose_name(rng: Rng) -> str:
    """Return one of `NAMES`."""
    return str(pick(rng, NAMES))


def cut(content: bytes, rng: Rng) -> bytes:
    """Return the beginning of a file."""
    return content[: rng.integers(len(content))]


def change_bytes(content: bytes, rng: Rng) -> bytes:
    """Change one to thirty bytes of a file, most of them near its beginning."""
    changed = bytearray(content)
    for _ in range(rng.integers(1, 31)):
        end = min(len(changed), int(10 ** rng.uniform(1, 7)))
        changed[rng.integers(end)] = rng.integers(256)
    return bytes(changed)


def insert_bytes(content: bytes, rng: Rng) -> bytes:
    """Insert random bytes at a random position."""
    position = rng.integers(len(content))
    return content[:position] + rng.bytes(int(rng.integers(1, 1_000))) + content[position:]


def remove_bytes(content: bytes, rng: Rng) -> bytes:
    """Remove a part of a file."""
    start = rng.integers(len(content))
    return content[:start] + content[start + rng.integers(1, 1_000) :]


def repeat_part(content: bytes, rng: Rng) -> bytes:
    """Repeat a part of a file."""
    start = rng.integers(len(content))
    part = content[start : start + rng.integers(1, 1_000)]
    return content[:start] + part * int(rng.integers(2, 50)) + content[start:]


def fill_part(content: bytes, rng: Rng) -> bytes:
    """Replace a part of a file by bytes of 0 or 255."""
    start = rng.integers(len(content))
    length = rng.integers(1, 200)
    filler = (b"\0" if rng.integers(2) else b"\xff") * int(length)
    return content[:start] + filler + content[start + length :]


DAMAGES: Mapping[str, Damage] = {
    "cut": cut,
    "changed bytes": change_bytes,
    "inserted bytes": insert_bytes,
    "removed bytes": remove_bytes,
    "repeated part": repeat_part,
    "filled part": fill_part,
}


def damage_somehow(content: bytes, rng: Rng) -> bytes:
    """Return a file after one kind of damage."""
    damaged: bytes = pick(rng, list(DAMAGES.values()))(content, rng)
    return damaged


def make_damaged(make: Make) -> dict[str, Make]:
    """Return a function for each kind of damage, which damages a file that another function makes.

    Args:
        make: Makes a sound file.
    """

    def combine(damage: Damage) -> Make:
        return lambda rng: damage(make(rng), rng)

    return {kind: combine(damage) for kind, damage in DAMAGES.items()}


def make_other_file(rng: Rng) -> bytes:
    """Return a file of another format, or of none."""
    return (
        b"",
        b"12345678",
        bytes(1_000_000),
        rng.bytes(100_000),
        b"%PDF-1.7\n%%EOF\n",
        b"#!/bin/sh\ntouch executed\n",
        b"\x80\x04cposix\nsystem\n(S'touch executed'\ntR.",  # a pickle
        b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
        b"<!DOCTYPE x [<!ENTITY a SYSTEM 'file:secret.txt'>]><x>&a;</x>",
        b"\xff\xd8\xff\xe0" + rng.bytes(1_000),
        b"PK\x03\x04" + rng.bytes(1_000),
        b"\x89PNG\r\n\x1a\n" + rng.bytes(1_000),
        b"\x1f\x8b\x08" + rng.bytes(1_000),
    )[rng.integers(13)]
