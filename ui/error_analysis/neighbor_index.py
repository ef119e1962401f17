"""The index of the 60,000 training images, built once a model beside the page.

It takes up to a minute. Meanwhile the page goes on; what builds is a thread that touches nothing
of the page and dies with the app.
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
    """How far an index is: `share` of its images, 0..1, then `index` or what is in the way."""

    share: float = 0.0
    index: FeatureIndex | None = None
    problem: MnistError | None = None
    thread: Thread = field(default_factory=Thread)

    @property
    def is_running(self) -> bool:
        """Whether it is still being built."""
        return self.thread.is_alive()


def get_index(model: TrainedModel, digest: str) -> IndexBuild:
    """Return a model's index, or how far it is.

    Args:
        model: The network.
        digest: That of its evaluation.
    """
    return _start(_find_path(model), digest, model)


def _find_path(model: TrainedModel) -> Path:
    """Return where the index lies: beside the model, for a shipped one among the runs."""
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
    def report(share: float) -> None:
        build.share = share

    try:
        build.index = open_index(path, digest, images, model.load, report)
    except MnistError as error:
        build.problem = error
