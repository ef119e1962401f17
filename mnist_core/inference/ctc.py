"""Texts from the frames of connectionist temporal classification.

Each frame gives a digit or none. Digits that several frames in a row give are one digit, and
between two equal digits a frame gives none (Graves et al., "Connectionist temporal classification",
2006). A text is a tuple of digits here.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

BLANK = 10  # the column of no digit

Text = tuple[int, ...]


def find_text(log_probabilities: np.ndarray) -> Text:
    """Return the text of the most probable digit, or none, at each frame.

    Args:
        log_probabilities: (n, 11), of the ten digits and of none.

    Examples:
        >>> find_text(np.eye(11)[[10, 7, 7, 10, 2, 10, 2, 10]])
        (7, 2, 2)
    """
    best = log_probabilities.argmax(axis=1)
    is_new = np.diff(best, prepend=BLANK) != 0
    return tuple(best[is_new & (best != BLANK)].tolist())


def measure_texts(log_probabilities: np.ndarray, texts: Sequence[Text]) -> np.ndarray:
    """Return the log probability of each text, whatever its frames, (m,) float64.

    Args:
        log_probabilities: (n, 11), of the ten digits and of none.
        texts: m texts.

    Examples:
        >>> frames = np.log(np.full((2, 11), 0.02) + 0.78 * np.eye(11)[[7, 10]])
        >>> np.exp(measure_texts(frames, [(7,), (1,), (7, 7)])).round(3).tolist()
        [0.656, 0.017, 0.0]
    """
    symbols, may_skip = _interleave(texts)
    totals = np.full(symbols.shape, -np.inf)
    totals[:, 0] = 0
    may_start = np.arange(symbols.shape[1]) < 2
    for number, frame in enumerate(log_probabilities):
        if number == 0:
            before = np.where(may_start, 0.0, -np.inf)
        else:
            before = np.logaddexp(totals, _shift(totals, 1))
            before = np.where(may_skip, np.logaddexp(before, _shift(totals, 2)), before)
        totals = before + frame[symbols]
    ends = 2 * np.array([len(text) for text in texts])
    rows = np.arange(len(texts))
    without_blank = np.where(ends > 0, totals[rows, ends - 1], -np.inf)
    return np.asarray(np.logaddexp(totals[rows, ends], without_blank))


def align(log_probabilities: np.ndarray, text: Text) -> list[np.ndarray]:
    """Return for each digit of a text the numbers of its frames, in the most probable alignment.

    Args:
        log_probabilities: (n, 11), of the ten digits and of none.
        text: Not empty, and of some probability.

    Examples:
        >>> [frames.tolist() for frames in align(np.eye(11)[[10, 7, 7, 10, 2]], (7, 2))]
        [[1, 2], [4]]
    """
    symbols, may_skip = (rows[0] for rows in _interleave([text]))
    totals = np.where(np.arange(len(symbols)) < 2, log_probabilities[0, symbols], -np.inf)
    steps = np.zeros((len(log_probabilities), len(symbols)), np.int64)
    for number, frame in enumerate(log_probabilities[1:], start=1):
        skipped = np.where(may_skip, _shift(totals, 2), -np.inf)
        options = np.stack([totals, _shift(totals, 1), skipped])
        steps[number] = options.argmax(axis=0)
        totals = options.max(axis=0) + frame[symbols]
    state = len(symbols) - 1 - int(totals[-2] > totals[-1])
    states = np.empty(len(log_probabilities), np.int64)
    for number in range(len(states) - 1, -1, -1):
        states[number] = state
        state -= steps[number, state]
    return [np.flatnonzero(states == 2 * place + 1) for place in range(len(text))]


def _interleave(texts: Sequence[Text]) -> tuple[np.ndarray, np.ndarray]:
    """Return the symbols of texts with blanks around each digit, and which may follow the digit
    before without a blank: arrays (m, 2 k + 1) for texts of at most k digits.
    """
    symbols = np.full((len(texts), 2 * max(map(len, texts)) + 1), BLANK)
    for row, text in zip(symbols, texts, strict=True):
        row[1 : 2 * len(text) : 2] = text
    may_skip = np.zeros(symbols.shape, bool)
    may_skip[:, 3::2] = symbols[:, 3::2] != symbols[:, 1:-2:2]
    return symbols, may_skip


def _shift(totals: np.ndarray, places: int) -> np.ndarray:
    shifted = np.full(totals.shape, -np.inf)
    shifted[..., places:] = totals[..., :-places]
    return shifted
