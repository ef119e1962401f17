"""The models to choose from: shipped, trained in runs, taught a hand, or loaded from files."""

from __future__ import annotations

import hashlib
import re
import shutil
import tempfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from mnist_core.evaluation.input_scale import InputScale
from mnist_core.files import (
    MAX_FILE_MEGABYTES,
    MEGABYTE,
    read_regular_file,
    write_atomically,
)
from mnist_core.inference.classifier import DEFAULT_MODEL, PRETRAINED, Classifier, ModelError
from mnist_core.inference.input_rescaling import rescale_input
from mnist_core.inference.onnx_import import rebuild_model
from mnist_core.inference.onnx_model import explain_damage
from mnist_core.inference.onnx_parser import MAX_FILE_BYTES
from mnist_core.messages import message
from mnist_core.runs.json_file import read_json
from mnist_core.runs.names import clean_text, is_printable
from mnist_core.runs.run import Run
from mnist_core.runs.store import RunStore, make_unique, name_distinctly
from mnist_core.runs.taught_models import list_taught
from mnist_core.runs.teaching import Teaching
from mnist_core.runs.trained_model import TrainedModel, list_in_folder, read_title, trained_model
from mnist_core.runs.write_errors import explain_failure
from mnist_core.training.model_conversion import convert

__all__ = [
    "SHIPPED",
    "TrainedModel",
    "default_model",
    "find_base_title",
    "get_model",
    "list_loaded",
    "list_models",
    "list_shipped",
    "load_file",
    "open_keras_file",
    "prepare_saved_model",
    "rescale_loaded",
    "trained_model",
]

LOADED = ".models"
KERAS_SUFFIXES = (".keras", ".h5", ".hdf5")
MAX_STEM = 60
SHIPPED = tuple(sorted(path.stem for path in PRETRAINED.glob("*.onnx")))


def list_models(store: RunStore) -> list[TrainedModel]:
    """Return taught models, those of the runs, the newest first, loaded ones, and shipped ones.

    No two have the same title.
    """
    snapshots = store.list()
    trained = [trained_model(each) for each in snapshots if each.has_model]
    models = [*list_taught(store), *trained, *list_loaded(store), *list_shipped()]
    names = name_distinctly(snapshots)
    titles = make_unique(names.get(model.id, model.title) for model in models)
    return [
        model if model.title == title else replace(model, title=title)
        for model, title in zip(models, titles, strict=True)
    ]


def default_model() -> TrainedModel:
    """Return the shipped model that is used unless another one is chosen."""
    return _shipped(DEFAULT_MODEL.stem)


def list_shipped() -> list[TrainedModel]:
    """Return the models that come with the app, by name."""
    return [_shipped(name) for name in SHIPPED]


def find_base_title(teaching: Teaching) -> str:
    """Return the title of the model that a teaching starts from.

    For a model that comes with the app it is a message, to be localized; runs store it in English.
    """
    if teaching.base_id in SHIPPED:
        return _shipped(teaching.base_id).title
    return teaching.base_title


def list_loaded(store: RunStore) -> list[TrainedModel]:
    """Return the models that were loaded from files, by name."""
    return list_in_folder(store.folder / LOADED)


def load_file(
    store: RunStore, name: str, content: bytes, on_wait: Callable[[], object] | None = None
) -> TrainedModel:
    """Load a model from a file, and save it beside the runs until it is deleted.

    A file whose content was loaded before gives the existing model, under its first name.

    Args:
        store: The runs.
        name: The file's name, which ends in .keras, .h5, .hdf5 or .onnx.
        content: The file's bytes.
        on_wait: Called once if the conversion of another file has to end first.

    Raises:
        ModelError: The file's name cannot be shown, the file is damaged or not a model for digits,
            the model outputs NaN, or the folder cannot be written.
    """
    if not is_printable(name):
        raise ModelError(
            message(
                "The file name {name} contains control characters, line breaks or invalid "
                "Unicode. Rename the file, and choose it again.",
                name=clean_text(name),
            )
        )
    suffix = Path(name).suffix.lower()
    if suffix not in {*KERAS_SUFFIXES, ".onnx"}:
        raise ModelError(
            message(
                "{name} is not a model file; expected one that ends in .keras, .h5 or .onnx. "
                "Choose another file.",
                name=name,
            )
        )
    if len(content) > MAX_FILE_MEGABYTES * MEGABYTE:
        raise ModelError(
            message(
                "{name} has {count:,.0f} MB; expected at most {megabytes} MB. Save the model "
                "again without the optimizer's state.",
                name=name,
                count=len(content) / MEGABYTE,
                megabytes=MAX_FILE_MEGABYTES,
            )
        )
    folder = store.folder / LOADED / f"file-{hashlib.sha256(content).hexdigest()[:16]}"
    path = folder / "model.onnx"
    if path.exists():
        return TrainedModel(id=folder.name, title=read_title(folder), path=path)
    failure = message("The file {name} cannot be saved.", name=name)
    with explain_failure(ModelError, failure), tempfile.TemporaryDirectory() as temporary:
        # A name may be too long for this file system.
        source = Path(temporary) / f"{Path(name).stem[:MAX_STEM] or 'model'}{suffix}"
        source.write_bytes(content)
        if suffix in KERAS_SUFFIXES:
            convert(source, source.with_suffix(".onnx"), "onnx", store.folder, on_wait)
        else:
            source.write_bytes(rebuild_model(name, content))
        Classifier.load(source.with_suffix(".onnx")).check_outputs()
        # Another visitor may load the same file at this moment.
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "name.txt").write_text(name, encoding="utf-8")
        with write_atomically(path) as target:
            shutil.copyfile(source.with_suffix(".onnx"), target)
    return TrainedModel(id=folder.name, title=name, path=path)


def open_keras_file(source: Path) -> Classifier:
    """Convert a .keras or HDF5 file and load the result, without keeping it.

    Raises:
        ModelError: The file is missing, damaged or not a model for digits.
    """
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / f"{source.stem[:MAX_STEM]}.onnx"
        convert(source, target, "onnx", Path(folder))
        return Classifier.load(target)


def rescale_loaded(model: TrainedModel, scale: InputScale) -> None:
    """Give a loaded model other pixels from now on, by a layer in front of it.

    Args:
        model: A model that was loaded from a file.
        scale: The conversion of its pixels, which replaces an earlier one.

    Raises:
        ModelError: The model's file is damaged or cannot be written.
    """
    with (
        explain_damage(
            message(
                "The model “{title}” is damaged. Delete it, and load it again.", title=model.title
            )
        ),
        explain_failure(
            ModelError, message("The model “{title}” cannot be changed.", title=model.title)
        ),
    ):
        content = read_regular_file(model.path, MAX_FILE_BYTES)
        with write_atomically(model.path) as temporary:
            temporary.write_bytes(rescale_input(content, scale.scale, scale.offset))


def prepare_saved_model(run: Run, on_wait: Callable[[], object] | None = None) -> None:
    """Convert a run's .keras file to a zipped SavedModel, unless that has been done.

    Args:
        run: The run.
        on_wait: Called once if the conversion of another file has to end first.

    Raises:
        ModelError: The .keras file is missing or damaged, or the folder cannot be written.
    """
    archive, source = run.saved_model_path, run.keras_path
    try:
        is_done = archive.stat().st_mtime >= source.stat().st_mtime
    except OSError:
        is_done = False
    if not is_done:
        convert(source, archive, "saved-model", run.folder.parent, on_wait)


def get_model(store: RunStore, model_id: str) -> TrainedModel:
    """Find a model by its id.

    Raises:
        ModelError: There is none, or the part after "@" is not an epoch.
    """
    run_id, at, epoch = model_id.partition("@")
    if at and not re.fullmatch(r"[0-9]{1,4}", epoch):
        raise ModelError(
            message(
                "There is no model “{model_id}”; expected the number of an epoch after the @, as "
                "in {run_id}@3. Choose another model.",
                model_id=model_id,
                run_id=run_id,
            )
        )
    for model in list_models(store):
        if model.id == run_id:
            return model.at_epoch(int(epoch)) if at else model
    raise ModelError(
        message(
            "There is no model “{model_id}”; expected {shipped}, or the id of a run or of a "
            "loaded file that has not been deleted.",
            model_id=model_id,
            shipped=", ".join(SHIPPED),
        )
    )


def _shipped(name: str) -> TrainedModel:
    path = PRETRAINED / f"{name}.onnx"
    accuracy = read_json(PRETRAINED / "test_accuracy.json").get(name)
    return TrainedModel(
        name, message("{name} (built in)", name=name.capitalize()), path, accuracy=accuracy
    )
