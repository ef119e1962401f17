"""Restoring a model from a checkpoint without Keras building anything that the file names.

A checkpoint is a .keras file, and its configuration could name any class. So the model is built
from the settings of its run, and only arrays are taken from the file, after its archive and the
links in its HDF5 file were checked.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from mnist_core.messages import message
from mnist_core.training.hdf5_checks import is_hard_link, is_stored_inside
from mnist_core.training.keras_archive import KerasFileError, quote, unpack_weights

if TYPE_CHECKING:
    import h5py
    import keras

MAX_OBJECTS = 2_000


def restore(model: keras.Model, checkpoint: Path) -> None:
    """Set a model's weights, the state of its optimizer and of its dropout layers.

    Args:
        model: A compiled model with the layers, the optimizer and the seeds of the checkpoint's.
        checkpoint: The .keras file.

    Raises:
        KerasFileError: The file is damaged, has links, or holds other arrays than the model needs.
        OSError: The file cannot be read or unpacked.
    """
    import h5py

    with unpack_weights(checkpoint) as unpacked:
        try:
            with h5py.File(unpacked, "r") as content:
                check_links(content)
            model.load_weights(unpacked)
        except (OSError, RuntimeError, KeyError, ValueError, TypeError) as error:
            raise KerasFileError(
                message(
                    "The checkpoint {name} does not fit the settings of its run. Start a new run "
                    "with the same settings.",
                    name=checkpoint.name,
                )
            ) from error
    _restore_dropout(model)


def _restore_dropout(model: keras.Model) -> None:
    """Set how often each dropout layer has drawn, once per step; Keras does not save it."""
    import keras

    for layer in model.layers:
        if isinstance(layer, keras.layers.Dropout) and layer.rate > 0:
            state = layer.seed_generator.state
            state.assign([state.numpy()[0], int(model.optimizer.iterations)])


def check_links(content: h5py.File) -> None:
    """Check that everything in an HDF5 file lies in the file itself.

    Raises:
        KerasFileError: An object is a link to another place or file, its values are compressed,
            missing or in another file, or there are too many objects.
    """
    import h5py

    groups = [content]
    checked = 0
    while groups:
        group = groups.pop()
        for name in group:
            checked += 1
            if checked > MAX_OBJECTS:
                raise KerasFileError(
                    message("Its weights consist of more than {most:,} objects.", most=MAX_OBJECTS)
                )
            if not is_hard_link(group, name.encode()):
                raise KerasFileError(
                    message(
                        "Its weights {name} are a link to another place or file, which is not "
                        "followed.",
                        name=quote(name),
                    )
                )
            item = group[name]
            if isinstance(item, h5py.Group):
                groups.append(item)
            elif not is_stored_inside(item):
                raise KerasFileError(
                    message(
                        "Its weights {name} are compressed, missing, or lie in another file.",
                        name=quote(name),
                    )
                )
