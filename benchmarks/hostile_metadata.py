"""Hostile ONNX files whose metadata are lies, or take long to parse."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

import onnx
from onnx import helper

from benchmarks.hostile_bytes import Rng, pick
from benchmarks.onnx_files import change, describe, set_layer, set_setting

# Values of a wrong type or size, for any field of the metadata.
ODD_VALUES: tuple[Any, ...] = (
    None, True, -1, 0, 2**31, 2**63, 10**300, 1e308, float("nan"), float("inf"), "", "x" * 10_000,
    "\ud800", "two\nlines", "<script>", [], {}, [[]], [10**9, 10**9, 10**9], [-1, -1], ["a"],
    {"a": {"b": 1}}, [None, 28, 28],
)  # fmt: skip


def _lie_about_layer(rng: Rng) -> bytes:
    field = pick(rng, ("name", "kind", "output_shape", "parameters", "settings", "weights"))
    return set_layer(int(rng.integers(8)), **{field: pick(rng, ODD_VALUES)})


def _lie_about_setting(rng: Rng) -> bytes:
    field = pick(rng, ("filters", "kernel_size", "strides", "padding", "units", "epsilon", "rate"))
    return set_setting(int(rng.integers(8)), **{field: pick(rng, ODD_VALUES)})


def _lie_about_network(rng: Rng) -> bytes:
    field = pick(rng, ("name", "layers", "temperature", "threshold", "unknown"))
    return describe(lambda described: described.update({field: pick(rng, ODD_VALUES)}))


def _many_layers(rng: Rng) -> bytes:
    times = int(rng.integers(10, 300))
    return describe(lambda described: described.update(layers=described["layers"] * times))


def _deep_metadata(rng: Rng) -> bytes:
    depth = int(rng.integers(1_000, 90_000))

    def edit(model: onnx.ModelProto) -> None:
        helper.set_model_props(model, {"name": '"a"', "layers": "[" * depth + "]" * depth})

    return change(edit)


def _odd_number(rng: Rng) -> bytes:
    """Numbers in JSON that take long to parse, or are not numbers."""
    text = pick(rng, ("9" * 100_000, "1e999999", "-Infinity", "NaN", "0x10", "1" + "0" * 4_299))

    def edit(model: onnx.ModelProto) -> None:
        props = {item.key: item.value for item in model.metadata_props}
        helper.set_model_props(model, {**props, "temperature": text, "name": json.dumps("n")})

    return change(edit)


METADATA_KINDS: Mapping[str, Callable[[Rng], bytes]] = {
    "a layer described wrongly": _lie_about_layer,
    "a setting described wrongly": _lie_about_setting,
    "a network described wrongly": _lie_about_network,
    "many layers": _many_layers,
    "deep metadata": _deep_metadata,
    "odd numbers in the metadata": _odd_number,
}
