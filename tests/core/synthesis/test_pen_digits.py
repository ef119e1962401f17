"""Tests of mnist_core.synthesis.pen_digits: digits that people wrote with a stylus."""

import gzip
import hashlib

import numpy as np

from mnist_core.inference.classifier import Classifier
from mnist_core.synthesis.pen_digits import FILE, draw_pen_digit, load_pen_digits

SHA256 = "89641315452220aac9bcdc5a99476323fdb6fcb69ac45973fa6cc3e13e4ab663"


def test_the_file_has_the_published_hash() -> None:
    """`data/README.md` gives the same hash."""
    assert hashlib.sha256(gzip.decompress(FILE.read_bytes())).hexdigest() == SHA256
    assert SHA256 in (FILE.parent / "README.md").read_text()


def test_no_drawing_is_in_both_halves() -> None:
    """Held-out drawings are not trained on."""
    training, held_out = load_pen_digits()
    assert len(held_out.labels) > 3500
    assert abs(len(training.labels) - len(held_out.labels)) <= 1
    rows = np.concatenate([training.trajectories, held_out.trajectories]).reshape(-1, 16)
    assert len(np.unique(rows, axis=0)) == len(rows)


def test_only_digits_of_one_stroke_are_used() -> None:
    """A 7 ends at its lowest point, and there is no 4."""
    for half in load_pen_digits():
        assert half.trajectories.shape[1:] == (8, 2)
        assert half.trajectories.min() == 0
        assert half.trajectories.max() == 1
        assert set(half.labels) == {0, 1, 2, 3, 5, 6, 7, 8, 9}
        sevens = half.trajectories[half.labels == 7]
        assert (sevens[:, -1, 1] == sevens[..., 1].max(axis=1)).all()


def test_drawn_trajectories_are_recognized() -> None:
    """The shipped classifier predicts most labels; `benchmarks.drawing` measures accuracy."""
    _, held_out = load_pen_digits()
    rng = np.random.default_rng(0)
    chosen = slice(None, None, 20)
    labels = held_out.labels[chosen]
    pairs = zip(held_out.trajectories[chosen], labels, strict=True)
    images = np.stack([draw_pen_digit(trajectory, label, rng) for trajectory, label in pairs])
    predictions = Classifier.load().probabilities(images).argmax(axis=1)
    assert (predictions == labels).mean() > 0.5
