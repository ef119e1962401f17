"""The indices of the 60,000 training images by their features, one per model, built on demand.

Building one takes up to a minute and hundreds of megabytes. So they are built one at a time, in a
daemon thread that calls nothing of Streamlit, and the pages stay usable meanwhile.
"""

import logging
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event, Lock, Thread

import numpy as np
import streamlit as st

from mnist_core.errors import MnistError
from mnist_core.inference.classifier import Classifier
from mnist_core.interpretability.nearest_neighbors import FeatureIndex, open_index
from mnist_core.runs.model_registry import TrainedModel
from ui.resources import get_data, get_store

SHIPPED_FOLDER = ".shipped"
MAX_INDICES = 2

logger = logging.getLogger(__name__)


@dataclass(eq=False)
class IndexBuild:
    """An index that waits to be built, is being built or is ready.

    Attributes:
        path: Where the index is saved.
        digest: The digest of the model's evaluation.
        images: (n, 28, 28) uint8, the images to search.
        load_classifier: Loads the model.
        fraction: The fraction of the images whose features are computed, 0..1.
        index: The index, once it is ready.
        problem: The error that ended the building.
        ended: Set when the building has ended.
    """

    path: Path
    digest: str
    images: np.ndarray
    load_classifier: Callable[[], Classifier]
    fraction: float = 0.0
    index: FeatureIndex | None = None
    problem: MnistError | None = None
    ended: Event = field(default_factory=Event)

    @property
    def is_running(self) -> bool:
        """Whether the index waits to be built or is being built."""
        return not self.ended.is_set()

    def build(self) -> None:
        """Build the index, or read the saved one."""

        def report(fraction: float) -> None:
            self.fraction = fraction

        try:
            self.index = open_index(
                self.path, self.digest, self.images, self.load_classifier, report
            )
        except MnistError as error:
            self.problem = error
        except Exception:
            logger.exception("The index %s could not be built", self.path)
        finally:
            self.ended.set()


class IndexBuilds:
    """All builds that wait or run, and the `MAX_INDICES` that were used last of those that ended.

    A build stays here until it ends, so that no model is built twice at the same time.
    """

    def __init__(self) -> None:
        self._lock = Lock()
        self._builds: OrderedDict[tuple[Path, str], IndexBuild] = OrderedDict()
        self._waiting: set[IndexBuild] = set()
        self._works = False

    def get(
        self, path: Path, digest: str, images: np.ndarray, load_classifier: Callable[[], Classifier]
    ) -> IndexBuild:
        """Return the build of an index; the first call makes it wait to be built.

        What was asked for last is built first, so that nobody waits for a model that somebody has
        stopped looking at.

        Args:
            path: Where the index is saved.
            digest: The digest of the model's evaluation.
            images: (n, 28, 28) uint8, the images to search.
            load_classifier: Loads the model.
        """
        key = path, digest
        with self._lock:
            if key not in self._builds:
                self._builds[key] = IndexBuild(path, digest, images, load_classifier)
                self._waiting.add(self._builds[key])
            self._builds.move_to_end(key)
            if self._waiting and not self._works:
                Thread(target=self._work, daemon=True).start()
                self._works = True
            return self._builds[key]

    def _work(self) -> None:
        """Build what waits, then end."""
        while True:
            with self._lock:
                if not self._waiting:
                    self._works = False
                    return
                build = next(
                    each for each in reversed(self._builds.values()) if each in self._waiting
                )
                self._waiting.remove(build)
            build.build()
            with self._lock:
                self._builds.move_to_end((build.path, build.digest))
                ended = [key for key, each in self._builds.items() if not each.is_running]
                for key in ended[:-MAX_INDICES]:
                    del self._builds[key]


def get_index(model: TrainedModel, digest: str) -> IndexBuild:
    """Return a model's index; the first call makes it wait to be built.

    Args:
        model: The network.
        digest: The digest of its evaluation.
    """
    return _get_builds().get(_find_path(model), digest, get_data().train.images, model.load)


def _find_path(model: TrainedModel) -> Path:
    """Return the index's path: beside the model, or for a shipped one in the folder of runs."""
    store = get_store()
    name = f"{model.path.stem}.features.npz"
    if model.path.is_relative_to(store.folder):
        return model.path.with_name(name)
    return store.folder / SHIPPED_FOLDER / name


@st.cache_resource(show_spinner=False)
def _get_builds() -> IndexBuilds:
    return IndexBuilds()
