"""Digits that people wrote with a stylus."""

import gzip
import hashlib

import numpy as np

from mnist_core.inference.classifier import Classifier
from mnist_core.synthesis.pen_digits import FILE, draw_pen_digit, load_pen_digits

SHA256 = "89641315452220aac9bcdc5a99476323fdb6fcb69ac45973fa6cc3e13e4ab663"


def test_the_file_is_as_it_was_published() -> None:
    """`data/README.md` names the same hash."""
    assert hashlib.sha256(gzip.decompress(FILE.read_bytes())).hexdigest() == SHA256
    assert SHA256 in (FILE.parent / "README.md").read_text()


def test_no_drawing_is_in_both_halves() -> None:
    """What is held out is never learnt from."""
    training, held_out = load_pen_digits()
    assert len(held_out.labels) > 3500
    assert abs(len(training.labels) - len(held_out.labels)) <= 1
    rows = np.concatenate([training.ways, held_out.ways]).reshape(-1, 16)
    assert len(np.unique(rows, axis=0)) == len(rows)


def test_only_digits_of_one_stroke_are_kept() -> None:
    """A 7 ends at its foot, a 9 too, and there is no 4."""
    for half in load_pen_digits():
        assert half.ways.shape[1:] == (8, 2)
        assert half.ways.min() == 0
        assert half.ways.max() == 1
        assert set(half.labels) == {0, 1, 2, 3, 5, 6, 7, 8, 9}
        sevens = half.ways[half.labels == 7]
        assert (sevens[:, -1, 1] == sevens[..., 1].max(axis=1)).all()


def test_they_are_read_as_what_they_are() -> None:
    """Drawn again upright and prepared, nine in ten are what the file says."""
    _, held_out = load_pen_digits()
    rng = np.random.default_rng(0)
    some = slice(None, None, 8)
    labels = held_out.labels[some]
    images = np.stack(
        [
            draw_pen_digit(way, label, rng)
            for way, label in zip(held_out.ways[some], labels, strict=True)
        ]
    )
    assert (Classifier.load().probabilities(images).argmax(axis=1) == labels).mean() > 0.9
