"""Tests of mnist_core.training.model_conversion: what is refused early, the lock and the limits."""

import json
import subprocess
import sys
import zipfile

import h5py
import pytest
from filelock import FileLock

from benchmarks.keras_files import (
    connect,
    describe_convolution,
    describe_dense,
    describe_input,
    describe_layer,
    describe_model,
    write_archive,
    write_weights,
)
from mnist_core.inference.classifier import Classifier, ModelError
from mnist_core.training import model_conversion
from mnist_core.training.architectures import get_network
from mnist_core.training.model_conversion import LOCK, Limits, convert
from tests import PROJECT

pytestmark = pytest.mark.slow


@pytest.fixture
def tiny(tmp_path):
    """Return the path of a sound .keras file."""
    return write_archive(tmp_path / "tiny.keras")


def refuse_processes(*arguments, **keywords):
    """Fail a test that starts a process."""
    raise AssertionError("a process was started")


def branch():
    """Return a network with an output that is used twice."""
    config = describe_model(describe_convolution("first"), describe_convolution("second"))
    sources = [["image"], ["image"], ["second"], ["flatten"], ["logits"]]
    return connect(config, *sources)


def make_hostile_files(folder):
    """Yield .keras files that must be refused early."""
    for index, content in enumerate((b"", b"12345678", b"PK\x03\x04")):
        file = folder / f"bytes{index}.keras"
        file.write_bytes(content)
        yield file
    zeros = {"model.weights.h5": bytes(20_000_000)}
    yield write_archive(folder / "bomb.keras", zeros, zipfile.ZIP_DEFLATED)
    yield write_archive(folder / "escape.keras", {"../evil.txt": b"text"})
    yield write_archive(folder / "deep.keras", {"config.json": b"[" * 500_000})
    yield write_archive(folder / "large.keras", {"config.json": b" " * 3_000_000 + b"{}"})
    configurations = {
        "layers_3000": describe_model(
            *(describe_layer("Activation", f"a{index}", activation="relu") for index in range(3000))
        ),
        "dense_8e5": describe_model(describe_layer("Flatten", "f"), describe_dense("d", 800_000)),
        "lambda": describe_model(describe_layer("Lambda", "trap", function={"code": "4wEAAAA"})),
        "branch": branch(),
        "input": describe_model(layers=[describe_input(4), describe_dense("logits", 10)]),
    }
    for name, config in configurations.items():
        yield write_archive(folder / f"{name}.keras", {"config.json": json.dumps(config).encode()})


def test_hostile_files_are_refused_without_a_process(tmp_path, monkeypatch):
    """Each with a reason on one line, and without waiting for the lock."""
    monkeypatch.setattr(subprocess, "Popen", refuse_processes)
    with FileLock(tmp_path / LOCK):
        for file in make_hostile_files(tmp_path):
            with pytest.raises(ModelError) as caught:
                convert(file, tmp_path / "result.onnx", "onnx", tmp_path)
            message = str(caught.value)
            assert message.startswith(f"{file.name} cannot be used as a model. "), message
            assert message.isprintable(), message
            assert "hoose" in message or "Export" in message, message
    assert not list(tmp_path.glob("*.onnx"))


def test_a_file_is_converted_anywhere(tmp_path, tiny, monkeypatch):
    """The working folder does not matter, nor what modules lie in it."""
    (tmp_path / "numpy.py").write_text("raise SystemExit('imported from the working folder')")
    monkeypatch.chdir(tmp_path)
    convert(tiny, tmp_path / "tiny.onnx", "onnx", tmp_path / "locks")
    assert Classifier.load(tmp_path / "tiny.onnx").parameters == 7850


def test_a_link_inside_the_weights_is_refused(tmp_path):
    """The process that converts gives the reason."""

    def link(file):
        del file["layers/dense/vars/0"]
        file["layers/dense/vars/0"] = h5py.ExternalLink(str(tmp_path / "other.h5"), "/kernel")

    file = write_archive(tmp_path / "tiny.keras", {"model.weights.h5": write_weights(link)})
    with pytest.raises(ModelError, match=r"tiny\.keras cannot be used as a model\. .* link"):
        convert(file, tmp_path / "tiny.onnx", "onnx", tmp_path)


def test_a_conversion_waits_for_the_one_before_it(tmp_path, tiny):
    """The caller learns of it once."""
    lock = FileLock(tmp_path / LOCK)
    lock.acquire()
    calls: list[object] = []

    def end_the_other():
        calls.append(None)
        lock.release()

    convert(tiny, tmp_path / "tiny.onnx", "onnx", tmp_path, end_the_other)
    assert len(calls) == 1
    assert (tmp_path / "tiny.onnx").exists()


def test_the_wait_is_bounded(tmp_path, tiny, monkeypatch):
    """A sentence says that others were before it."""
    monkeypatch.setattr(model_conversion, "WAIT_SECONDS", 0.01)
    with (
        FileLock(tmp_path / LOCK),
        pytest.raises(ModelError, match="other files were still before it"),
    ):
        convert(tiny, tmp_path / "tiny.onnx", "onnx", tmp_path)


@pytest.fixture
def processes(monkeypatch):
    """Return the processes that a test starts."""
    started = []

    class Recorded(subprocess.Popen):
        def __init__(self, *arguments, **keywords):
            super().__init__(*arguments, **keywords)
            started.append(self)

    monkeypatch.setattr(subprocess, "Popen", Recorded)
    return started


def test_a_conversion_that_takes_too_long_is_ended(tmp_path, tiny, monkeypatch, processes):
    """Nothing of it is left, and the next one is not kept waiting."""
    monkeypatch.setitem(model_conversion.LIMITS, "onnx", Limits(800, 30, 0))
    with pytest.raises(ModelError, match="longer than 0 seconds"):
        convert(tiny, tmp_path / "tiny.onnx", "onnx", tmp_path)
    assert processes[0].returncode == -9
    assert not (tmp_path / "tiny.onnx").exists()
    FileLock(tmp_path / LOCK, timeout=0).acquire()


@pytest.mark.skipif(sys.platform != "linux", reason="other systems have other limits")
@pytest.mark.parametrize(
    ("limits", "reason"),
    [
        (Limits(1, 30, 100), "more than 1 MB of memory"),
        (Limits(800, 0, 100), "0 seconds of the processor"),
    ],
)
def test_a_conversion_that_exceeds_a_limit_is_refused(tmp_path, tiny, monkeypatch, limits, reason):
    """The sentence names the limit."""
    monkeypatch.setitem(model_conversion.LIMITS, "onnx", limits)
    with pytest.raises(ModelError, match=reason):
        convert(tiny, tmp_path / "tiny.onnx", "onnx", tmp_path)


def test_a_folder_that_cannot_be_written_is_named(tmp_path, tiny):
    """The reason is the operating system's."""
    (tmp_path / "file").write_text("no folder")
    with pytest.raises(ModelError, match=r"tiny\.onnx cannot be written \("):
        convert(tiny, tmp_path / "tiny.onnx", "onnx", tmp_path / "file")
    with pytest.raises(ModelError, match=r"missing\.keras cannot be read \("):
        convert(tmp_path / "missing.keras", tmp_path / "tiny.onnx", "onnx", tmp_path)


@pytest.mark.slow
@pytest.mark.parametrize(("to", "suffix"), [("onnx", ".onnx"), ("saved-model", ".zip")])
def test_the_largest_network_stays_within_the_limits(tmp_path, to, suffix):
    """With the optimizer's state, as a checkpoint has it; memory is measured from outside."""
    import keras

    model = get_network("tutorial").build()
    model.compile("adam", "categorical_crossentropy")
    model.optimizer.build(model.trainable_variables)
    model.save(tmp_path / "tutorial.keras")
    keras.backend.clear_session()
    program = f"""
import resource
from pathlib import Path
from mnist_core.training.architectures import get_network
from mnist_core.training.model_conversion import convert

folder = Path({str(tmp_path)!r})
convert(folder / "tutorial.keras", folder / "result{suffix}", {to!r}, folder)
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
"""
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=PROJECT, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    assert int(done.stdout) * 1024 < 1.5e9
    assert (tmp_path / f"result{suffix}").stat().st_size > 5_000_000
