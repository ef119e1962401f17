"""Synthetic images: augmented digits, digits drawn from strokes, lines of digits, non-digits.

Training uses these images beside MNIST's own; nothing here trains or classifies. `augmentation`
changes MNIST's images at random, `handwriting` draws digits in other styles, `digit_strings` writes
several on a line, and `non_digits` draws what is not a digit. All draw from a
`numpy.random.Generator` that the caller passes in, and return uint8 images like those of MNIST, or
float32 ink for lines.
"""

from mnist_core.synthesis.augmentation import augment
from mnist_core.synthesis.digit_strings import ComposedNumber, compose_number
from mnist_core.synthesis.handwriting import render_template, template_digit
from mnist_core.synthesis.non_digits import flip_and_rotate, make_multi_digit, make_non_digits
from mnist_core.synthesis.pen_digits import PenDigits, draw_pen_digit, load_pen_digits

__all__ = [
    "ComposedNumber",
    "PenDigits",
    "augment",
    "compose_number",
    "draw_pen_digit",
    "flip_and_rotate",
    "load_pen_digits",
    "make_multi_digit",
    "make_non_digits",
    "render_template",
    "template_digit",
]
