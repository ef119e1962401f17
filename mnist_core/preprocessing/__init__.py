"""From the pixels of drawings, image files and photographs to a network's input.

There is one way to the centered 28×28 image (`centering`), shared by drawings (`drawing`),
photographs (`photo`) and the training data that is rendered. `scaling` converts between uint8 and
float32, `image_file` reads files, `pixel_table_reader` reads and `pixel_csv` writes images as
numbers, and `tutorial_steps` shows the preparation in the Keras tutorial. Nothing here depends on
networks.
"""

from mnist_core.preprocessing.centering import normalize_ink
from mnist_core.preprocessing.drawing import DrawingError, prepare_drawing
from mnist_core.preprocessing.image_file import ImageFileError, read_image
from mnist_core.preprocessing.photo import prepare_image
from mnist_core.preprocessing.scaling import as_float, as_uint8

__all__ = [
    "DrawingError",
    "ImageFileError",
    "as_float",
    "as_uint8",
    "normalize_ink",
    "prepare_drawing",
    "prepare_image",
    "read_image",
]
