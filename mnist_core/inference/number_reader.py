"""Reading of whole numbers from left to right.

A network reads the line at once (`line_reader`), the ink is cut between the digits that it finds
(`line_cuts`), and the classifier classifies each digit as if it had been drawn alone. Where a cut
goes through ink and the strokes of the pen are known, groups of strokes are tried as digits
(`stroke_groups`). `digit_confidence` says how probable each result is.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from mnist_core.datasets.mnist import SIDE
from mnist_core.inference import ctc
from mnist_core.inference.classifier import Classifier
from mnist_core.inference.digit_confidence import (
    MIN_PROBABILITY,
    ConfidenceWeights,
    DigitEvidence,
    estimate,
)
from mnist_core.inference.ink_pieces import Piece, find_pieces, join_pieces, split_marks
from mnist_core.inference.line_cuts import cut_line
from mnist_core.inference.line_reader import Frames, load_line_reader, read_frames
from mnist_core.inference.number_reading import Box, NumberReading, ReadDigit
from mnist_core.inference.onnx_model import OnnxModel
from mnist_core.inference.ood import load_detector
from mnist_core.inference.stroke_groups import StrokeGroups, find_divisions, group_strokes
from mnist_core.inference.stroke_pieces import check_strokes, draw_pieces
from mnist_core.preprocessing.centering import normalize_ink
from mnist_core.preprocessing.drawing import extract_ink

MAX_DIVISIONS = 40  # of strokes into digits that are compared


@dataclass(frozen=True, eq=False)
class FoundDigits:
    """The digits of a line, and what the networks make of them.

    Attributes:
        boxes: The bounding boxes on the canvas from left to right, n of them.
        images: (n, 28, 28) float32 in 0..1, each digit prepared for the classifier.
        evidence: What the networks make of them.
        marks: The boxes of marks that were left out.
    """

    boxes: tuple[Box, ...]
    images: np.ndarray
    evidence: DigitEvidence
    marks: tuple[Box, ...] = ()

    def read(self, weights: ConfidenceWeights) -> NumberReading:
        """Return the digits with their confidence."""
        confidences = 1 / (1 + np.exp(-estimate(self.evidence.features, weights.values)))
        probabilities = self.evidence.probabilities.astype(np.float32)
        rows = zip(self.boxes, self.images, probabilities, confidences, strict=True)
        return NumberReading(
            tuple(
                ReadDigit(
                    box, image, row, float(confidence), bool(confidence < weights.min_confidence)
                )
                for box, image, row, confidence in rows
            ),
            self.marks,
        )


def read_number(
    classifier: Classifier,
    pixels: np.ndarray | None,
    strokes: Sequence[np.ndarray] | None = None,
) -> NumberReading:
    """Read a line of digits.

    A digit may consist of several pieces, and digits may touch or overlap; then the strokes of the
    pen help, if they are known. Several lines are read as one. Points, commas and minus signs
    between digits are left out.

    Args:
        classifier: The classifier.
        pixels: A canvas of any width, in the formats of `prepare_drawing`; None is blank.
        strokes: (n, 2) float arrays, x and y in pixels of the canvas, in the order drawn; None if
            they are unknown.

    Raises:
        DrawingError: The pixels or a stroke are of another shape, type or range.
        ModelError: A network that comes with the app is missing or damaged.

    Examples:
        >>> from mnist_core import load_mnist
        >>> seven, two, one = load_mnist().test.images[:3]
        >>> number = read_number(Classifier.load(), np.hstack([seven, two, one]))
        >>> number.text
        '721'
    """
    check_strokes(strokes or ())
    if pixels is None:
        return NumberReading(())
    reader = load_line_reader()
    found = find_digits(classifier, reader, extract_ink(pixels), strokes)
    if found is None:
        return NumberReading(())
    return found.read(ConfidenceWeights.from_metadata(reader.metadata))


def find_digits(
    classifier: Classifier,
    reader: OnnxModel,
    ink: np.ndarray,
    strokes: Sequence[np.ndarray] | None = None,
) -> FoundDigits | None:
    """Find the digits of a line, and let all networks classify them.

    Args:
        classifier: The classifier.
        reader: The line reader.
        ink: (h, w) float32 in 0..1, bright ink on 0.
        strokes: As for `read_number`.

    Returns:
        The digits; None without ink.
    """
    pieces, factor = find_pieces(ink)
    if not pieces:
        return None
    pieces, marks = split_marks(pieces)
    left_out = tuple(_find_box(mark, factor) for mark in marks)
    line = join_pieces(pieces)
    frames = read_frames(reader, line.ink)
    found = _cut(classifier, frames, line, factor)
    if strokes and found.evidence.are_cut.any():
        drawn, factor = draw_pieces(_erase(ink, left_out), strokes)
        if drawn:
            grouped = _group(classifier, frames, group_strokes(drawn), factor)
            if grouped is not None and grouped.evidence.score > found.evidence.score:
                found = grouped
    return replace(found, marks=left_out)


def _cut(classifier: Classifier, frames: Frames, line: Piece, factor: int) -> FoundDigits:
    """Cut a line between the digits that the line reader finds."""
    places = ctc.align(frames.log_probabilities, frames.text)
    columns = np.array([frames.columns[place].mean() for place in places])
    pieces, are_cut = cut_line(line, columns)
    images = _prepare(pieces)
    alone = classifier.probabilities(images)
    return _collect(frames, places, pieces, factor, images, alone, are_cut)


def _group(
    classifier: Classifier, frames: Frames, groups: StrokeGroups, factor: int
) -> FoundDigits | None:
    """Find the groups of strokes that the classifier and the line reader together agree with.

    Returns:
        The digits; None if there are too many for the line.
    """
    images = _prepare(groups.pieces)
    alone = classifier.probabilities(images)
    scores = np.log(alone.max(axis=1) + MIN_PROBABILITY)
    divisions = find_divisions(groups, scores, MAX_DIVISIONS)
    digits = alone.argmax(axis=1)
    texts = [tuple(digits[division].tolist()) for division in divisions]
    totals = frames.measure_texts(texts)
    totals += [scores[division].sum() for division in divisions]
    best = int(totals.argmax())
    if np.isneginf(totals[best]):
        return None
    chosen, places = divisions[best], ctc.align(frames.log_probabilities, texts[best])
    pieces = [groups.pieces[number] for number in chosen]
    are_cut = np.zeros(len(pieces), bool)
    return _collect(frames, places, pieces, factor, images[chosen], alone[chosen], are_cut)


def _collect(
    frames: Frames,
    places: Sequence[np.ndarray],
    pieces: Sequence[Piece],
    factor: int,
    images: np.ndarray,
    alone: np.ndarray,
    are_cut: np.ndarray,
) -> FoundDigits:
    in_line = [np.exp(frames.log_probabilities[place, : ctc.BLANK]).sum(axis=0) for place in places]
    total = np.sum(in_line, axis=1, keepdims=True)
    evidence = DigitEvidence(
        np.stack(in_line) / total,
        alone,
        load_detector().probabilities(images),
        are_cut,
        frames,
    )
    return FoundDigits(tuple(_find_box(piece, factor) for piece in pieces), images, evidence)


def _find_box(piece: Piece, factor: int) -> Box:
    sides = (piece.left, piece.top, piece.right, piece.bottom)
    return Box(*(factor * side for side in sides))


def _erase(ink: np.ndarray, marks: Sequence[Box]) -> np.ndarray:
    """Return ink without marks, which are alone in their columns."""
    erased = ink.copy()
    for mark in marks:
        erased[:, mark.left : mark.right] = 0
    return erased


def _prepare(pieces: Sequence[Piece]) -> np.ndarray:
    """Prepare each piece as if it had been drawn alone, (n, 28, 28) float32 in 0..1."""
    blank = np.zeros((SIDE, SIDE), np.float32)
    images = [normalize_ink(piece.ink) if piece.ink.size else None for piece in pieces]
    return np.stack([blank if image is None else image for image in images])
