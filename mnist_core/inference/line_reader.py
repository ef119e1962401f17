"""A network that reads a line of digits at once, without cutting it.

The network looks at a line column by column and says at each which digit ends there, if any
(connectionist temporal classification: Graves et al., 2006). So digits may touch and overlap. What
it says at each place is a frame; `mnist_core.inference.ctc` makes texts of them. A line is shown to
it as it is, and at other sizes and slants, since a text that is probable in all these views is more
often right.

`mnist_core.training.train_line_reader` trains the network.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import cv2
import numpy as np

from mnist_core.inference.activation_functions import log_softmax
from mnist_core.inference.ctc import Text, find_text, measure_texts
from mnist_core.inference.onnx_model import PRETRAINED, OnnxModel, explain_damage
from mnist_core.messages import message
from mnist_core.preprocessing.centering import crop_to_ink, ink_bounds, slant
from mnist_core.preprocessing.scaling import as_uint8

LINE_READER = PRETRAINED / "auxiliary" / "line_reader.onnx"
HEIGHT, INK_HEIGHT = 32, 28  # of a line's image and of the ink in it, in pixels
MARGIN = 4  # at the left and right of the ink, in pixels
FRAME_STEP = 2  # pixels from one frame to the next
MAX_ASPECT = 60  # the ink of a longer line is reduced further, which bounds the time


@dataclass(frozen=True)
class View:
    """How a line is shown to the network.

    Attributes:
        size: The height of its ink, as a fraction of `INK_HEIGHT`.
        stretch: What its width is multiplied by.
        lean: The shift of the top to the right, as a fraction of the height.
    """

    size: float = 1.0
    stretch: float = 1.0
    lean: float = 0.0


AS_IS = View()
OTHER_VIEWS = (View(0.9, 1.08, 0.1), View(0.9, 0.95, -0.1))


@dataclass(frozen=True, eq=False)
class Frames:
    """What the network says about a line at each place.

    Attributes:
        log_probabilities: (n, 11) float64, of the ten digits and of no digit (`ctc.BLANK`).
        columns: (n,) float64, the column of the ink at the middle of each frame.
        in_other_views: Log probabilities of other views of the line, each (m, 11) float64.
    """

    log_probabilities: np.ndarray
    columns: np.ndarray
    in_other_views: tuple[np.ndarray, ...] = ()

    @property
    def text(self) -> Text:
        """The most probable digits; at least one."""
        found = {find_text(frames) for frames in self._views} - {()}
        texts = sorted(found) or [(digit,) for digit in range(10)]
        return texts[int(self.measure_texts(texts).argmax())]

    def measure_texts(self, texts: Sequence[Text]) -> np.ndarray:
        """Return the log probability of each text, the mean of all views, (m,) float64."""
        return np.asarray(np.mean([measure_texts(frames, texts) for frames in self._views], axis=0))

    @property
    def _views(self) -> tuple[np.ndarray, ...]:
        return self.log_probabilities, *self.in_other_views


def read_frames(reader: OnnxModel, ink: np.ndarray) -> Frames:
    """Let the network look at a line.

    Args:
        reader: The line reader.
        ink: (h, w) float32 in 0..1, bright ink on 0, not blank.
    """
    rows, columns = ink_bounds(ink)
    part = ink[rows, columns]
    log_probabilities = _run(reader, prepare_line(part))
    middles = FRAME_STEP * (np.arange(len(log_probabilities)) + 0.5) - MARGIN
    return Frames(
        log_probabilities,
        columns.start + middles / _find_scale(part),
        tuple(_run(reader, prepare_line(part, view)) for view in OTHER_VIEWS),
    )


def prepare_line(ink: np.ndarray, view: View = AS_IS) -> np.ndarray:
    """Fit the ink of a line to the height of the network's input.

    Args:
        ink: (h, w) float32 in 0..1, bright ink on 0, not blank.
        view: How the line is shown.

    Returns:
        (32, w') uint8, w' even.

    Examples:
        >>> ink = np.zeros((90, 200), np.float32)
        >>> ink[10:80, 20:30] = ink[10:80, 120:130] = 1
        >>> prepare_line(ink).shape
        (32, 52)
    """
    part = crop_to_ink(ink)
    scale = view.size * _find_scale(part)
    scales = (scale, scale * view.stretch)
    height, width = (
        max(1, round(side * each)) for side, each in zip(part.shape, scales, strict=True)
    )
    small = cv2.resize(part, (width, height), interpolation=cv2.INTER_AREA)
    if view.lean:
        small = slant(small, view.lean)
        height, width = small.shape
    above = (HEIGHT - height) // 2
    margins = ((above, HEIGHT - height - above), (MARGIN, MARGIN + width % FRAME_STEP))
    return as_uint8(np.pad(small, margins))


def _run(reader: OnnxModel, image: np.ndarray) -> np.ndarray:
    inputs = image[np.newaxis, :, :, np.newaxis].astype(np.float32)
    return log_softmax(reader.run(inputs, ["logits"])[0][0, 0].astype(np.float64))


def _find_scale(part: np.ndarray) -> float:
    """Return how many pixels of the image one of a line is, in both directions."""
    height, width = part.shape
    return INK_HEIGHT / max(height, width / MAX_ASPECT)


@lru_cache(maxsize=1)
def load_line_reader() -> OnnxModel:
    """Load the network that comes with the app.

    Raises:
        ModelError: It is missing or damaged.
    """
    with explain_damage(
        message(
            "{name} cannot be used to read numbers: it is damaged. Expected the file that comes "
            "with the app; restore it, or train it with “python -m "
            "mnist_core.training.train_line_reader”.",
            name=LINE_READER.name,
        )
    ):
        return OnnxModel(LINE_READER)
