"""Tests of mnist_core.interpretability.layer_profiler: run times by layer."""

import math
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from mnist_core.inference.classifier import Classifier
from mnist_core.interpretability import layer_profiler
from mnist_core.interpretability.layer_profiler import _add_up, _find_layer, measure_layers


def test_every_layer_that_computes_takes_time() -> None:
    """All layers are listed; no time of a convolution or dense layer goes to another layer."""
    classifier = Classifier.load()
    images = np.random.default_rng(0).random((20, 28, 28)).astype(np.float32)
    seconds = measure_layers(classifier, images)
    assert list(seconds) == [layer.name for layer in classifier.layers]
    for layer in classifier.layers:
        if layer.kind in {"Conv2D", "Dense", "MaxPooling2D"}:
            assert seconds[layer.name] > 0, layer.name


def test_layers_with_many_values_are_measured_on_fewer_images(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """All layers' outputs are in memory at once. The times are still per image."""
    classifier = Classifier.load()
    values = sum(math.prod(layer.output_shape) for layer in classifier.layers)
    counts: list[int] = []
    open_session = classifier.open_session

    def record(**options: Any) -> SimpleNamespace:
        session = open_session(**options)

        def run(names: list[str], inputs: dict[str, np.ndarray]) -> None:
            counts.append(len(inputs["images"]))
            session.run(names, inputs)

        return SimpleNamespace(run=run, end_profiling=session.end_profiling)

    monkeypatch.setattr(classifier, "open_session", record)
    images = np.zeros((5, 28, 28), np.float32)
    for most, count in ((4, 4), (0.5, 1), (8, 5)):
        monkeypatch.setattr(layer_profiler, "BATCH_VALUES", int(most * values))
        measure_layers(classifier, images)
        assert set(counts) == {count}
        counts.clear()


def test_steps_add_up_to_their_layers() -> None:
    """A step without a layer's name counts for the layer before it."""
    steps = [
        (0, "conv1/Conv:2_nchwc_kernel_time", 30),
        (1, "ReorderOutput_token_4_kernel_time", 5),
        (2, "fused dense/Gemm:53_kernel_time", 20),
        (3, "dense/Identity:55_kernel_time", 1),
    ]
    seconds = _add_up(steps, ["conv1", "flatten", "dense"])
    assert seconds == pytest.approx({"conv1": 35e-6, "flatten": 0, "dense": 21e-6})


def test_a_step_is_assigned_by_its_layers_name() -> None:
    """Also of a fused step; conv1 is not taken for conv10."""
    names = ["conv1", "conv10", "dense"]
    assert _find_layer("conv1/Conv:2_nchwc_kernel_time", names) == "conv1"
    assert _find_layer("conv10/Conv:5_nchwc_kernel_time", names) == "conv10"
    assert _find_layer("fused dense/Gemm:53_kernel_time", names) == "dense"
    assert _find_layer("ReorderOutput_token_4_kernel_time", names) is None
