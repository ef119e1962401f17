"""Hostile .keras files, by kind: code, bombs, links, lies and damage."""

from __future__ import annotations

import base64
import json
import marshal
from collections.abc import Mapping

from benchmarks.hostile_archives import ARCHIVE_KINDS, make_archive
from benchmarks.hostile_bytes import (
    Make,
    Rng,
    choose_name,
    damage_somehow,
    make_damaged,
    make_other_file,
    pick,
)
from benchmarks.hostile_metadata import ODD_VALUES
from benchmarks.keras_files import (
    connect,
    describe_convolution,
    describe_dense,
    describe_input,
    describe_layer,
    describe_model,
    write_weights,
)

CODE = compile("lambda x: open('executed', 'w').write('x') and x", "code", "eval")
LAMBDA = {
    "class_name": "__lambda__",
    "config": {
        "code": base64.b64encode(marshal.dumps(CODE)).decode(),
        "defaults": None,
        "closure": None,
    },
}
CLASSES = (
    ("os", "system"),
    ("subprocess", "Popen"),
    ("builtins", "eval"),
    ("keras.utils", "get_file"),
    ("keras.src.ops.numpy", "fromfile"),
    ("benchmarks.hostile", "main"),
    ("keras.layers.../os", "system"),
    ("", "Dense"),
)


def _code(rng: Rng) -> bytes:
    """Code of the file in the places where Keras looks for some."""
    convolution = describe_convolution("conv")
    field = pick(rng, ("activation", "kernel_initializer", "bias_regularizer", "dtype", "name"))
    convolution["config"][field] = LAMBDA
    layer = describe_layer("Lambda", "code", function=LAMBDA, output_shape=None, arguments={})
    return make_archive(describe_model(layer if rng.integers(2) else convolution))


def _class(rng: Rng) -> bytes:
    """Layers, models and initializers that name a function of another module."""
    module, name = pick(rng, CLASSES)
    odd = {"module": module, "class_name": name, "config": {"command": "touch executed"}}
    if rng.integers(2):
        layer = describe_layer("Dense", "dense", units=10, activation=odd, use_bias=True)
    else:
        layer = {**odd, "config": {"name": "odd", "args": "touch executed"}}
    layer["registered_name"] = pick(rng, (None, name, "own>Layer"))
    config = describe_model(layer)
    if rng.integers(3) == 0:
        config = {**odd, "registered_name": name, "build_config": {}, "compile_config": odd}
    return make_archive(config)


def _large_layers(rng: Rng) -> bytes:
    units = int(10 ** rng.uniform(5, 12))
    layers = (
        describe_dense("dense", units),
        describe_convolution("conv", filters=units),
        describe_convolution("conv", kernel_size=[units, units], padding="same"),
        describe_convolution("conv", strides=[units, 1]),
        describe_layer("ZeroPadding2D", "pad", padding=[[units, units], [units, units]]),
        describe_layer("UpSampling2D", "up", size=[units, units]),
    )
    return make_archive(describe_model(pick(rng, layers)))


def _many_layers(rng: Rng) -> bytes:
    count = int(10 ** rng.uniform(2, 3.7))
    return make_archive(
        describe_model(*(describe_layer("ReLU", f"r{index}") for index in range(count)))
    )


def _shape(rng: Rng) -> bytes:
    shape = pick(rng, ((10**9, 10**9, 1), (28, 28, 10**9), (28,), (0, 0, 0), (-28, 28, 1)))
    layers = [describe_input(*shape), *describe_model()["config"]["layers"][1:]]
    return make_archive(describe_model(layers=layers))


def _setting(rng: Rng) -> bytes:
    config = describe_model(describe_convolution("conv"))
    layer = pick(rng, config["config"]["layers"])
    target = pick(rng, (layer, layer["config"], config, config["config"]))
    target[pick(rng, list(target))] = pick(rng, ODD_VALUES)
    return make_archive(config)


def _name(rng: Rng) -> bytes:
    config = describe_model(describe_convolution(choose_name(rng)))
    config["config"]["name"] = choose_name(rng)
    return make_archive(config)


def _branches(rng: Rng) -> bytes:
    """Functional models with branches, cycles and missing layers."""
    config = describe_model()
    names = [layer["config"]["name"] for layer in config["config"]["layers"]]
    sources = [[pick(rng, [*names, "nowhere"])] * int(rng.integers(1, 3)) for _ in names[1:]]
    return make_archive(connect(config, *sources))


def _json(rng: Rng) -> bytes:
    depth = int(10 ** rng.uniform(2, 5.6))
    return make_archive(
        pick(
            rng,
            (
                b"[" * depth,
                b'{"a":' * (depth // 10) + b"1" + b"}" * (depth // 10),
                b'"' + b"\\" * depth,
                b" " * 3_000_000,
                b"9" * depth,
                b"[]",
                b"\xff\xfe",
                b"{" + b'"a":1,' * (depth // 10) + b'"b":2}',
                json.dumps({"class_name": "Sequential", "config": {"layers": []}}).encode(),
                json.dumps({"class_name": "Sequential", "config": "x" * depth}).encode(),
            ),
        )
    )


KINDS: Mapping[str, Make] = {
    "a sound file": lambda rng: make_archive(),
    "a sound file, odd file name": lambda rng: make_archive(),
    "code in the configuration": _code,
    "a class of others": _class,
    "large layers": _large_layers,
    "many layers": _many_layers,
    "an odd input": _shape,
    "odd values": _setting,
    "odd names": _name,
    "branches and cycles": _branches,
    "odd JSON": _json,
    **ARCHIVE_KINDS,
    "damaged weights": lambda rng: make_archive(weights=damage_somehow(write_weights(), rng)),
    "a damaged configuration": lambda rng: make_archive(
        damage_somehow(json.dumps(describe_model()).encode(), rng)
    ),
    "another format": make_other_file,
    **make_damaged(lambda rng: make_archive()),
}
