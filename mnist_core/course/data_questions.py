"""The questions of the chapters about the data."""

from __future__ import annotations

import math

from mnist_core.course.example import CLASSES, COLUMN, IMAGE, ROW
from mnist_core.course.question import Question
from mnist_core.datasets.mnist import SIDE, Mnist
from mnist_core.messages import message

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


def ask_about_one_hot(data: Mnist) -> Question:
    """Ask for the loss of a network that guesses."""
    probability = 1 / CLASSES
    return Question(
        message(
            "A network that only guesses gives each of the ten digits the probability "
            "{probability}. What is its loss, −ln {probability}?",
            probability=probability,
        ),
        -math.log(probability),
        message(
            "−ln {probability} is about {loss:.1f}. Where a curve of the loss begins near this "
            "number, the network begins by guessing.",
            probability=probability,
            loss=-math.log(probability),
        ),
        message(
            "Use the natural logarithm, ln or np.log. The loss of the right digit with probability "
            "1 is 0, and it rises as the probability falls."
        ),
        {
            probability: message("That is the probability. Take its logarithm."),
            1: message("That is the logarithm to base 10. Use the natural one, np.log."),
            -2.3: message("Almost: the loss has a minus sign in front, so it is positive."),
        },
        tolerance=0.05,
    )
