"""Tests of mnist_core.training.conversion_process: the conversion and its limits."""

import json
import signal
import subprocess
import sys

import numpy as np
import pytest

from benchmarks.keras_files import (
    connect,
    describe_convolution,
    describe_layer,
    describe_model,
    write_archive,
    write_weights,
)
from mnist_core.inference.classifier import Classifier
from mnist_core.training.conversion_process import main, read_network, write_onnx
from tests import PROJECT

pytestmark = pytest.mark.slow


def test_the_onnx_file_gives_the_logits_of_the_weights(tmp_path):
    """They are computed here from the same weights with NumPy."""
    network = read_network(write_archive(tmp_path / "tiny.keras"))
    write_onnx(network, tmp_path / "tiny.onnx")
    images, weights = np.random.default_rng(1).random((5, 28, 28), np.float32), network.weights
    classifier = Classifier.load(tmp_path / "tiny.onnx")
    expected = images.reshape(5, -1) @ weights["logits/kernel"] + weights["logits/bias"]
    np.testing.assert_allclose(classifier.logits(images), expected, atol=1e-4)
    assert classifier.name == "tiny"
    assert classifier.weights["logits/bias"].shape == (10,)


@pytest.mark.slow
@pytest.mark.parametrize("functional", [False, True])
def test_predictions_equal_those_of_keras(tmp_path, functional):
    """Every kind of layer, as Keras itself saves and loads it."""
    import keras
    from keras import layers

    from mnist_core.training.model_builders import build_with_weights

    keras.utils.set_random_seed(2)
    parts = [
        layers.Rescaling(2.0, offset=-1.0),
        layers.Conv2D(4, 5, strides=2, padding="same", use_bias=False),
        layers.BatchNormalization(gamma_initializer="random_normal", momentum=0.8),
        layers.ReLU(),
        layers.MaxPooling2D(3, strides=2, padding="same"),
        layers.Conv2D(6, (2, 3), activation="relu", bias_initializer="random_normal"),
        layers.BatchNormalization(beta_initializer="random_normal"),
        layers.AveragePooling2D(2),
        layers.Dropout(0.5),
        layers.Flatten() if functional else layers.GlobalAveragePooling2D(),
        layers.Dense(12, use_bias=False),
        layers.BatchNormalization(moving_mean_initializer="random_normal"),
        layers.Activation("relu"),
        layers.Dense(10, bias_initializer="random_normal", name="logits"),
        layers.Softmax(name="probabilities"),
    ]
    model = keras.Sequential([keras.Input((28, 28, 1)), *parts])
    if functional:
        value = start = keras.Input((28, 28, 1))
        for part in parts:
            value = part(value)
        model = keras.Model(start, value)
    model.compile("adam", "categorical_crossentropy")
    model.save(tmp_path / "model.keras")
    network = read_network(tmp_path / "model.keras")
    write_onnx(network, tmp_path / "model.onnx")
    images = np.random.default_rng(1).random((5, 28, 28), np.float32)
    expected = model(images[..., None])
    outputs = Classifier.load(tmp_path / "model.onnx").outputs(images, ["probabilities"])
    np.testing.assert_allclose(outputs[0], expected, atol=1e-5)
    np.testing.assert_allclose(build_with_weights(network)(images[..., None]), expected, atol=1e-5)


def test_a_file_that_is_refused_has_one_line_as_reason(tmp_path, capsys, monkeypatch):
    """The exit status is 1."""
    monkeypatch.setattr(
        "mnist_core.training.conversion_process.limit_resources", lambda *limits: None
    )
    file = write_archive(tmp_path / "tiny.keras", {"model.weights.h5": b"text"})
    assert main("onnx", file, tmp_path / "tiny.onnx", 500, 10) == 1
    assert capsys.readouterr().out.count("\n") == 1
    assert not (tmp_path / "tiny.onnx").exists()


def run_limited(program):
    """Run a program under a limit of 200 MB and one second of the processor."""
    module = "mnist_core.training.conversion_process"
    start = f"from {module} import limit_resources; limit_resources(200, 1)\n"
    return subprocess.run(
        [sys.executable, "-c", start + program], cwd=PROJECT, capture_output=True, text=True
    )


@pytest.mark.skipif(sys.platform != "linux", reason="other systems have other limits")
def test_a_process_is_limited():
    """Memory, time of the processor, the size of files, and no core dumps."""
    assert "MemoryError" in run_limited("bytearray(300_000_000)").stderr
    assert run_limited("while True: pass").returncode == -signal.SIGXCPU
    limits = run_limited(
        "import os, resource\n"
        "kinds = (resource.RLIMIT_CORE, resource.RLIMIT_FSIZE)\n"
        "print([*(resource.getrlimit(kind)[1] for kind in kinds), os.nice(0) > 0])"
    )
    assert json.loads(limits.stdout.lower()) == [0, 512_000_000, True]


def test_a_functional_network_is_converted(tmp_path):
    """Its layers follow one another as the connections say."""
    config = connect(
        describe_model(describe_layer("Rescaling", "scaled", scale=0.5, offset=0.0)),
    )
    file = write_archive(tmp_path / "f.keras", {"config.json": json.dumps(config).encode()})
    network = read_network(file)
    write_onnx(network, tmp_path / "f.onnx")
    classifier = Classifier.load(tmp_path / "f.onnx")
    images, weights = np.random.default_rng(1).random((2, 28, 28), np.float32), network.weights
    expected = images.reshape(2, -1) / 2 @ weights["logits/kernel"] + weights["logits/bias"]
    np.testing.assert_allclose(classifier.logits(images), expected, atol=1e-4)


def test_weights_that_do_not_fit_the_configuration_are_refused(tmp_path, capsys, monkeypatch):
    """A convolution whose weights the file does not have."""
    monkeypatch.setattr(
        "mnist_core.training.conversion_process.limit_resources", lambda *limits: None
    )
    config = json.dumps(describe_model(describe_convolution("first"))).encode()
    entries = {"config.json": config, "model.weights.h5": write_weights()}
    file = write_archive(tmp_path / "tiny.keras", entries)
    assert main("onnx", file, tmp_path / "tiny.onnx", 500, 10) == 1
    assert "no weights for “first/kernel”" in capsys.readouterr().out
