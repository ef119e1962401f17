"""The lines of code in the chapters print what the chapters show."""

from collections.abc import Iterator

import numpy as np
import pytest

from mnist_core.course.dataset_files import list_files
from mnist_core.course.recipe import find_code, take_lines
from mnist_core.course.run_lines import run_lines
from mnist_core.datasets.mnist import SHIPPED, Mnist
from ui.learn.chapters.one_hot import KERAS


def test_files_are_described_as_they_are(data: Mnist, tmp_path) -> None:
    """Header and size are those of the shipped files, and of what NumPy writes."""
    import gzip

    for file in list_files(data):
        kind = "idx3" if "images" in file.name else "idx1"
        content = gzip.decompress((SHIPPED / f"{file.name}-{kind}-ubyte.gz").read_bytes())
        assert content.startswith(file.header)
        assert len(content) == file.size
    np.save(tmp_path / "labels.npy", data.test.labels)
    assert list_files(data)[3].npy_size == (tmp_path / "labels.npy").stat().st_size


def test_lines_print_like_python(capsys: pytest.CaptureFixture[str]) -> None:
    """The same lines, run by Python itself, print the same."""
    code = "values = np.arange(3)\nprint(values, values.dtype, 0.5)\nprint('two')\n"
    printed = run_lines(code)
    exec(code, {"np": np})
    assert printed == capsys.readouterr().out.rstrip("\n")


def test_a_byte_overflows() -> None:
    """Without a warning."""
    assert run_lines("print(pixel + pixel)", pixel=np.uint8(234)) == "212"


def _load(data: Mnist) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    yield data.train.images, data.train.labels
    yield data.test.images, data.test.labels


@pytest.mark.slow
def test_keras_does_the_same(data: Mnist, monkeypatch: pytest.MonkeyPatch) -> None:
    """With Keras's own functions, on all images."""
    import keras

    monkeypatch.setattr(keras.datasets.mnist, "load_data", lambda: tuple(_load(data)))
    scale = take_lines(find_code("Scale"), 0, 2)
    code = f"{find_code('Load')}{scale}print(x_train.shape, x_train.dtype, x_train.max())\n"
    assert run_lines(code, keras=keras) == "(60000, 28, 28, 1) float32 1.0"
    one_hot = find_code("One-hot").splitlines()
    lines = f"{one_hot[0]}\n{one_hot[2]}\n"
    labels = data.train.labels
    assert run_lines(lines, keras=keras, train_labels=labels) == run_lines(
        lines, keras=KERAS, train_labels=labels
    )
