"""Networks that were taught a person's handwriting at once, in files beside the runs.

    runs/.taught/
        taught-5f0c2a9be1d34768/   for one hand and one base
            model.onnx             the taught network
            name.txt               its title

A hand has one such model for each base: it is replaced when the hand has more drawings. What was
taught thoroughly is a run.
"""

from __future__ import annotations

import hashlib
from dataclasses import replace

from mnist_core.files import write_atomically
from mnist_core.inference.classifier import Classifier, ModelError
from mnist_core.messages import message
from mnist_core.runs.names import MAX_NAME_LENGTH, check_name
from mnist_core.runs.store import RunStore
from mnist_core.runs.trained_model import TrainedModel, list_in_folder
from mnist_core.runs.write_errors import explain_failure

FOLDER = ".taught"


def format_taught_title(base_title: str, hand: str) -> str:
    """Return the title of a taught model.

    Args:
        base_title: The title of the model that was taught, such as "Accurate (built in)".
        hand: The name that a person gave to their hand; may be empty.

    Examples:
        >>> format_taught_title("Accurate (built in)", "Aki")
        'Accurate, taught by Aki'
        >>> format_taught_title("Accurate (built in)", "")
        'Accurate, taught by you'
    """
    base = base_title.removesuffix(" (built in)")
    return message("{base}, taught by {hand}", base=base, hand=hand or message("you"))


def save_taught(
    store: RunStore,
    base: TrainedModel,
    classifier: Classifier,
    hand: str,
    hand_id: int | None = None,
) -> TrainedModel:
    """Save a taught network, so that it can be chosen like any other model.

    Args:
        store: The runs.
        base: The model that was taught.
        classifier: What `mnist_core.teach` returned.
        hand: The name that a person gave to their hand.
        hand_id: The hand in the database, which may be renamed; None for drawings from files.

    Raises:
        RunError: The name has characters that cannot be shown, or is too long.
        ModelError: The folder cannot be written.
    """
    title = _read_title(check_name(format_taught_title(base.title, hand)[:MAX_NAME_LENGTH]))
    owner = f"\0{hand}" if hand_id is None else f"{hand_id}\0"
    digest = hashlib.sha256(f"{owner}\0{base.id}".encode()).hexdigest()[:16]
    folder = store.folder / FOLDER / f"taught-{digest}"
    path = folder / "model.onnx"
    with explain_failure(ModelError, message("The model “{title}” cannot be saved.", title=title)):
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "name.txt").write_text(title, encoding="utf-8")
        with write_atomically(path) as temporary:
            temporary.write_bytes(classifier.graph)
    return TrainedModel(id=folder.name, title=title, path=path, is_taught=True)


def list_taught(store: RunStore) -> list[TrainedModel]:
    """Return the models that were taught at once, by title."""
    models = list_in_folder(store.folder / FOLDER)
    return [replace(model, title=_read_title(model.title), is_taught=True) for model in models]


def _read_title(title: str) -> str:
    """Return the title of a taught model as the message that it was made of."""
    base, separator, hand = title.rpartition(", taught by ")
    return format_taught_title(base, "" if hand == "you" else hand) if separator else title
