"""Tests of mnist_core.training.checkpoint_weights: only arrays are taken from a checkpoint."""

import zipfile

import h5py
import numpy as np
import pytest

from mnist_core.training.checkpoint_weights import MAX_OBJECTS, check_links, restore
from mnist_core.training.keras_archive import CONFIG, WEIGHTS, KerasFileError
from mnist_core.training.trainer import build_model
from tests.small import configure


def link_externally(content: h5py.File) -> None:
    """Put a link to a file beside it."""
    content["layers/kernel"] = h5py.ExternalLink("secret.h5", "/kernel")


def link_softly(content: h5py.File) -> None:
    """Put a link to another place of the file."""
    content["layers/kernel"] = h5py.SoftLink("/layers/bias")


def store_externally(content: h5py.File) -> None:
    """Put values in another file."""
    external = [("secret.toml", 0, 400)]
    content.create_dataset("layers/kernel", (100,), np.float32, external=external)


def compress(content: h5py.File) -> None:
    """Put zeros that unpack to much more than the file has."""
    content.create_dataset("layers/kernel", data=np.zeros(10_000), compression="gzip")


def claim(content: h5py.File) -> None:
    """Put an array whose values were never written."""
    content.create_dataset("layers/kernel", (10_000_000, 1_000), np.float32)


def repeat(content: h5py.File) -> None:
    """Put a group that contains itself."""
    content["layers/again"] = content["layers"]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (link_externally, "link to another"),
        (link_softly, "link to another"),
        (store_externally, "lie in another file"),
        (compress, "compressed"),
        (claim, "missing"),
        (repeat, f"more than {MAX_OBJECTS:,}"),
    ],
)
def test_whatever_lies_elsewhere_is_refused(tmp_path, change, message):
    """Links, external, compressed and unwritten values raise an error, and so does a cycle."""
    with h5py.File(tmp_path / WEIGHTS, "w") as content:
        content["layers/bias"] = np.zeros(10, np.float32)
        check_links(content)
        change(content)
        with pytest.raises(KerasFileError, match=message):
            check_links(content)


@pytest.mark.slow
def test_a_checkpoint_restores_weights_and_optimizer(tmp_path):
    """All variables are equal afterwards, and the configuration in the file is never read."""
    config = configure(epochs=1, optimizer="adam")
    saved, restored = build_model(config, 640), build_model(config, 640)
    for index, variable in enumerate(saved.optimizer.variables):
        variable.assign(np.full(variable.shape, index + 1, variable.dtype))
    saved.save(tmp_path / "saved.keras")
    with (
        zipfile.ZipFile(tmp_path / "saved.keras") as source,
        zipfile.ZipFile(tmp_path / "checkpoint.keras", "w") as target,
    ):
        target.writestr(CONFIG, '{"class_name": "Lambda", "module": "os"}')
        target.writestr(WEIGHTS, source.read(WEIGHTS))
    restore(restored, tmp_path / "checkpoint.keras")
    for ours, theirs in ((saved, restored), (saved.optimizer, restored.optimizer)):
        for first, second in zip(ours.variables, theirs.variables, strict=True):
            np.testing.assert_array_equal(first.numpy(), second.numpy())


@pytest.mark.slow
def test_a_checkpoint_of_another_network_is_refused(tmp_path):
    """Arrays that do not fit raise an error with a way out."""
    build_model(configure(epochs=1), 640).save(tmp_path / "checkpoint.keras")
    other = build_model(configure(model="tutorial", epochs=1), 640)
    with pytest.raises(KerasFileError, match="does not fit the settings"):
        restore(other, tmp_path / "checkpoint.keras")
