"""The image that the chapters have as an example, the tutorial's."""

IMAGE = 53238
"""Its index among the training images; it is a 9."""

ROW, COLUMN = 14, 8
"""A pixel of it whose value is another one with rows and columns exchanged, or counted from 1."""

CLASSES = 10
