"""Makes the sample pictures of the Draw page in ui/drawing/samples.

    python -m benchmarks.sample_pictures

They are simulated photographs of held-out handwriting, with a fixed seed.
"""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
from PIL import Image

from benchmarks.picture_ink import draw_line, place
from benchmarks.picture_paper import SHAPE, Conditions, render

FOLDER = Path(__file__).parent.parent / "ui" / "drawing" / "samples"
SIZE, QUALITY = (800, 600), 72
# By name: the seed, conditions, the height of the digits, and each line's length and upper left
# corner.
SAMPLES: dict[str, tuple[int, Conditions, int, list[tuple[int, int, int]]]] = {
    "digit": (21, Conditions(ruled="ruled", light=0.3), 300, [(1, 190, 350)]),
    "number": (41, Conditions(light=0.4, shadow=0.4), 120, [(5, 270, 150)]),
    "lines": (
        68,
        Conditions(pencil=True, ruled="squared", light=0.3),
        90,
        [(5, 90, 130), (4, 300, 220), (6, 510, 110)],
    ),
    "board": (82, Conditions(board=True, light=0.4, noise=4), 140, [(3, 110, 260), (4, 390, 180)]),
}


def make_sample(name: str) -> tuple[bytes, list[str]]:
    """Return a sample as a JPEG file, and its lines."""
    seed, conditions, height, lines = SAMPLES[name]
    rng = np.random.default_rng(seed)
    ink, numbers = np.zeros(SHAPE, np.float32), []
    for length, top, left in lines:
        line, number = draw_line(height, length, rng)
        ink = np.maximum(ink, place(line, SHAPE, top, left))
        numbers.append(number)
    content = io.BytesIO()
    picture = Image.fromarray(render(ink, conditions, rng)).resize(SIZE, Image.Resampling.LANCZOS)
    picture.save(content, "JPEG", quality=QUALITY, optimize=True)
    return content.getvalue(), numbers


def main() -> None:
    """Write the files."""
    FOLDER.mkdir(exist_ok=True)
    for name in SAMPLES:
        content, numbers = make_sample(name)
        (FOLDER / f"{name}.jpg").write_bytes(content)
        print(f"{name}.jpg", *numbers)


if __name__ == "__main__":
    main()
