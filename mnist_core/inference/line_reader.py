"""A network that reads a line of digits at once, without cutting it.

The network looks at a line column by column and says at each which digit ends there, if any
(connectionist temporal classification: Graves et al., 2006). So digits may touch and overlap. What
it says at each place is a frame; `mnist_core.inference.ctc` makes texts of them.

`mnist_core.training.train_line_reader` trains the network.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import cv2
import numpy as np

from mnist_core.inference.ctc import Text, find_text, measure_texts
from mnist_core.inference.onnx_model import PRETRAINED, OnnxModel, explain_damage
from mnist_core.messages import message
from mnist_core.preprocessing.centering import crop_to_ink, ink_bounds
from mnist_core.preprocessing.scaling import as_uint8

LINE_READER = PRETRAINED / "auxiliary" / "line_reader.onnx"
HEIGHT, INK_HEIGHT = 32, 28  # of a line's image and of the ink in it, in pixels
MARGIN = 4  # at the left and right of the ink, in pixels
FRAME_STEP = 2  # pixels from one frame to the next
MAX_ASPECT = 60  # the ink of a longer line is reduced further, which bounds the time


@dataclass(frozen=True, eq=False)
class Frames:
    """What the network says about a line at each place.

    Attributes:
        log_probabilities: (n, 11) float64, of the ten digits and of no digit (`ctc.BLANK`).
        columns: (n,) float64, the column of the ink at the middle of each frame.
    """

    log_probabilities: np.ndarray
    columns: np.ndarray

    @property
    def text(self) -> Text:
        """The most probable digits; at least one."""
        singles = [(digit,) for digit in range(10)]
        most_probable = measure_texts(self.log_probabilities, singles).argmax()
        return find_text(self.log_probabilities) or singles[most_probable]


def read_frames(reader: OnnxModel, ink: np.ndarray) -> Frames:
    """Let the network look at a line.

    Args:
        reader: The line reader.
        ink: (h, w) float32 in 0..1, bright ink on 0, not blank.
    """
    image = prepare_line(ink)
    inputs = image[np.newaxis, :, :, np.newaxis].astype(np.float32)
    logits = reader.run(inputs, ["logits"])[0][0, 0].astype(np.float64)
    shifted = logits - logits.max(axis=1, keepdims=True)
    log_probabilities = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    rows, columns = ink_bounds(ink)
    middles = FRAME_STEP * (np.arange(len(logits)) + 0.5) - MARGIN
    scale = _find_scale(ink[rows, columns])
    return Frames(log_probabilities, columns.start + middles / scale)


def prepare_line(ink: np.ndarray) -> np.ndarray:
    """Fit the ink of a line to the height of the network's input.

    Args:
        ink: (h, w) float32 in 0..1, bright ink on 0, not blank.

    Returns:
        (32, w') uint8, w' even.

    Examples:
        >>> ink = np.zeros((90, 200), np.float32)
        >>> ink[10:80, 20:30] = ink[10:80, 120:130] = 1
        >>> prepare_line(ink).shape
        (32, 52)
    """
    part = crop_to_ink(ink)
    scale = _find_scale(part)
    height, width = (max(1, round(side * scale)) for side in part.shape)
    small = cv2.resize(part, (width, height), interpolation=cv2.INTER_AREA)
    above = (HEIGHT - height) // 2
    margins = ((above, HEIGHT - height - above), (MARGIN, MARGIN + width % FRAME_STEP))
    return as_uint8(np.pad(small, margins))


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
