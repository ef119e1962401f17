"""Helpers for all commands: the console, messages, loading a model, importing TensorFlow."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from rich import progress
from rich.console import Console

from mnist_core.cli.language import _
from mnist_core.errors import MnistError, describe_fault
from mnist_core.inference.classifier import Classifier
from mnist_core.inference.onnx_model import ModelError
from mnist_core.messages import message
from mnist_core.runs.model_registry import KERAS_SUFFIXES, get_model, open_keras_file
from mnist_core.runs.names import clean_text
from mnist_core.runs.store import open_store

FAILED, MISUSED, INTERRUPTED = 1, 2, 130
COLUMNS = (
    progress.TextColumn("{task.description}"),
    progress.BarColumn(),
    progress.TaskProgressColumn(),
    progress.TimeRemainingColumn(),
)

console = Console(markup=False, highlight=False)


class StartError(MnistError):
    """TensorFlow, which training needs, cannot be loaded."""


def find_program_name() -> str:
    """Return the command that started this process, for messages that name one to type."""
    return "draw-a-digit" if Path(sys.argv[0]).stem == "draw-a-digit" else "python -m mnist_core"


def print_error(text: str) -> None:
    """Print a message to stderr as one line."""
    print(" ".join(text.split()), file=sys.stderr)


def print_file_error(error: OSError) -> None:
    """Print the name of a file and why it cannot be used to stderr as one line."""
    match error:
        case FileNotFoundError():
            reason = _("There is no such file or folder. Check the path.")
        case IsADirectoryError():
            reason = _("This is a folder; expected a file.")
        case PermissionError():
            reason = _("You lack the permission to use this file.")
        case OSError():
            reason = f"{error.strerror or error}."
    name = clean_text(str(error.filename)) if error.filename else _("A file")
    print_error(f"{name}: {reason}")


def load_classifier(model: str | None) -> Classifier:
    """Load a model by its id or its .onnx, .keras or .h5 file; None loads the default model.

    Raises:
        MnistError: The model does not exist or cannot be loaded.
        OSError: The .keras or .h5 file does not exist.
    """
    classifier = _open_classifier(model)
    classifier.check_outputs()
    return classifier


def _open_classifier(model: str | None) -> Classifier:
    path = Path(model or "")
    suffix = path.suffix.lower()
    if model is None or suffix == ".onnx":
        return Classifier.load(model)
    if suffix in KERAS_SUFFIXES:
        path.stat()  # fails as every other command does without the file
        return open_keras_file(path)
    if path.is_file():
        raise ModelError(
            message("{name} is not a model; expected an .onnx, .keras or .h5 file.", name=model)
        )
    return get_model(open_store(), model).load()


def import_tensorflow_quietly() -> None:
    """Import TensorFlow, and discard the messages that its libraries print meanwhile.

    Raises:
        StartError: TensorFlow cannot be imported.
    """
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    stderr = os.dup(2)
    try:
        with Path(os.devnull).open("wb") as devnull:
            os.dup2(devnull.fileno(), 2)
        import tensorflow  # noqa: F401
    except ImportError as error:
        raise StartError(
            message(
                "TensorFlow cannot be loaded ({fault}). Install the packages that "
                "requirements.txt lists.",
                fault=describe_fault(error),
            )
        ) from error
    finally:
        os.dup2(stderr, 2)
        os.close(stderr)
