"""The width of the pen on a canvas, in its pixels."""

PEN_WIDTH = 22
PEN_WIDTHS = (8, 40)
