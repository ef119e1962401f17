"""The question of each chapter. Answers and figures are computed from the data and the network."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from mnist_core.course.question import Question
from mnist_core.datasets.mnist import SIDE, Mnist
from mnist_core.messages import message

IMAGE = 53238
"""The tutorial's example among the training images, a 9."""
ROW, COLUMN = 14, 8
"""A pixel of it whose value is another one with rows and columns exchanged, or counted from 1."""
PIXEL = 51


def ask_about_data(data: Mnist) -> Question:
    """Ask how many numbers an image is."""
    return Question(
        message("How many numbers describe one image?"),
        SIDE * SIDE,
        message(
            "{side} rows of {side} pixels are {pixels} numbers. All training images together are "
            "{images} × {pixels} numbers.",
            side=SIDE,
            pixels=SIDE * SIDE,
            images=f"{len(data.train.labels):,}",
        ),
        message("An image has {side} rows, and each row has {side} pixels.", side=SIDE),
        {
            SIDE: message("That is one row only. How many rows are there?"),
            2 * SIDE: message("Each of the {side} rows has {side} pixels: multiply.", side=SIDE),
            len(data.train.labels): message("That is how many images there are to learn from."),
        },
    )


def ask_about_image(data: Mnist) -> Question:
    """Ask for one pixel by row and column."""
    image = data.train.images[IMAGE]
    return Question(
        message("Which number is in row {row}, column {column}?", row=ROW, column=COLUMN),
        int(image[ROW, COLUMN]),
        message(
            "In Python this is image[{row}, {column}]: the row comes first, and both are counted "
            "from 0.",
            row=ROW,
            column=COLUMN,
        ),
        message("Find row {row} at the left edge of the table, then go right.", row=ROW),
        {
            int(image[COLUMN, ROW]): message(
                "That is row {column}, column {row}. The row comes first.", row=ROW, column=COLUMN
            ),
            int(image[ROW - 1, COLUMN - 1]): message(
                "You counted from 1. The first row and the first column have the number 0."
            ),
        },
    )


def ask_about_scaling(data: Mnist) -> Question:
    """Ask for a scaled value."""
    return Question(
        message("A pixel is {value}. What is it after scaling?", value=PIXEL),
        PIXEL / 255,
        message("{value} / 255 = {scaled}.", value=PIXEL, scaled=PIXEL / 255),
        message("Divide by 255, so that white becomes 1."),
        {
            PIXEL: message("The type alone does not change the value. Divide by 255, too."),
            PIXEL / 100: message("White is 255, not 100."),
        },
        tolerance=0.001,
    )


QUESTIONS: Mapping[str, Callable[[Mnist], Question]] = {
    "data": ask_about_data,
    "image": ask_about_image,
    "scaling": ask_about_scaling,
}
"""By the id of a chapter, what makes its question."""
