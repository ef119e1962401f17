"""Reading the configuration of a Keras model, which is JSON, without Keras."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from mnist_core.inference.network import keep_known_values
from mnist_core.messages import message
from mnist_core.training.keras_archive import (
    CONFIG,
    MAX_ENTRY_BYTES,
    VALUES,
    KerasFileError,
    open_entry,
)

MAX_JSON_DEPTH = 50


def read_config(file: Path) -> dict[str, Any]:
    """Return the content of config.json.

    Args:
        file: A .keras file.

    Raises:
        KerasFileError: The file is not a .keras file, breaks a limit, or holds no configuration.
        OSError: The file cannot be read.
    """
    with open_entry(file, CONFIG) as entry:
        return parse_config(entry.read(MAX_ENTRY_BYTES[CONFIG]))


def read_values(file: Path) -> dict[str, Any]:
    """Return the values that this app stores beside a network, such as its temperature.

    Args:
        file: A .keras file.

    Raises:
        KerasFileError: The file is not a .keras file, breaks a limit, or the values are damaged.
        OSError: The file cannot be read.
    """
    try:
        with open_entry(file, VALUES) as entry:
            return keep_known_values(parse_config(entry.read(MAX_ENTRY_BYTES[VALUES])))
    except KeyError:  # saved by another program
        return {}


def parse_config(content: bytes) -> dict[str, Any]:
    """Return the configuration that JSON holds.

    Args:
        content: At most 1 MB of JSON.

    Raises:
        KerasFileError: It is not valid JSON of moderate depth with an object.
    """
    if _measure_depth(content) > MAX_JSON_DEPTH:
        raise KerasFileError(
            message(
                "Its configuration is nested more than {most} levels deep, which no network of "
                "this app needs. Choose another file.",
                most=MAX_JSON_DEPTH,
            )
        )
    try:
        config = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise KerasFileError(
            message("Its configuration is not valid JSON. Choose another file.")
        ) from error
    if not isinstance(config, dict):
        raise KerasFileError(
            message("Its configuration does not describe a network. Choose another file.")
        )
    return config


def _measure_depth(content: bytes) -> int:
    """Return how deeply JSON is nested, brackets inside strings left out."""
    depth = deepest = 0
    for bracket in re.findall(rb"[\[\]{}]", re.sub(rb'"(?:[^"\\]|\\.)*"', b"", content)):
        depth += 1 if bracket in b"[{" else -1
        deepest = max(deepest, depth)
    return deepest
