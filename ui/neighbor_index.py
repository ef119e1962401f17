"""The index of the 60,000 training images by their features, built once per model.

Building takes up to a minute. It runs in a daemon thread that calls nothing of Streamlit, so the
page stays usable meanwhile.
"""

from dataclasses import dataclass, field
from pathlib import Path
from threading import Thread

import numpy as np
import streamlit as st

from mnist_core.errors import MnistError
from mnist_core.interpretability.nearest_neighbors import FeatureIndex, open_index
from mnist_core.runs.model_registry import TrainedModel
from ui.resources import get_data, get_store

SHIPPED_FOLDER = ".shipped"


@dataclass
class IndexBuild:
    """An index that is being built or that is ready.

    Attributes:
        fraction: The fraction of the training images whose features are computed, 0..1.
        index: The index, once it is ready.
        problem: The error that ended the building.
        thread: The thread that builds the index.
    """

    fraction: float = 0.0
    index: FeatureIndex | None = None
    problem: MnistError | None = None
    thread: Thread = field(default_factory=Thread)

    @property
    def is_running(self) -> bool:
        """Whether the index is still being built."""
        return self.thread.is_alive()


def get_index(model: TrainedModel, digest: str) -> IndexBuild:
    """Return a model's index; the first call starts building it.

    Args:
        model: The network.
        digest: The digest of its evaluation.
    """
    return _start(_find_path(model), digest, model)


def _find_path(model: TrainedModel) -> Path:
    """Return the index's path: beside the model, or for a shipped one in the folder of runs."""
    store = get_store()
    name = f"{model.path.stem}.features.npz"
    if model.path.is_relative_to(store.folder):
        return model.path.with_name(name)
    return store.folder / SHIPPED_FOLDER / name


@st.cache_resource(max_entries=2, show_spinner=False)
def _start(path: Path, digest: str, _model: TrainedModel) -> IndexBuild:
    build = IndexBuild()
    images = get_data().train.images
    build.thread = Thread(target=_build, args=(build, path, digest, images, _model), daemon=True)
    build.thread.start()
    return build


def _build(
    build: IndexBuild, path: Path, digest: str, images: np.ndarray, model: TrainedModel
) -> None:
    def report(fraction: float) -> None:
        build.fraction = fraction

    try:
        build.index = open_index(path, digest, images, model.load, report)
    except MnistError as error:
        build.problem = error
