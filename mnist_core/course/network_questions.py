"""The questions of the chapters about the network."""

from __future__ import annotations

import math

from mnist_core.course.question import Question
from mnist_core.course.recipe import list_layers
from mnist_core.course.record import read_record
from mnist_core.datasets.mnist import Mnist
from mnist_core.messages import message


def ask_about_network(data: Mnist) -> Question:
    """Ask how many numbers Flatten outputs."""
    layers = list_layers()
    before, pooling, _, _, dense, last, _ = layers
    height, width, maps = pooling.output_shape
    halved = list_layers(pool_strides=2)[1].output_shape
    return Question(
        message("How many numbers does Flatten hand over?"),
        height * width * maps,
        message(
            "{height} × {width} × {maps} = {values}. Each of the {units} units has a weight for "
            "each of them, and a bias: {dense} parameters. With {convolution} of the convolution "
            "and {last} of the last layer these are all {total}.",
            height=height,
            width=width,
            maps=maps,
            values=f"{height * width * maps:,}",
            units=dense.output_shape[-1],
            dense=f"{dense.parameters:,}",
            convolution=f"{before.parameters:,}",
            last=f"{last.parameters:,}",
            total=f"{sum(layer.parameters for layer in layers):,}",
        ),
        message(
            "Flatten writes all numbers of all feature maps in one row. Multiply the three numbers "
            "of the shape before it."
        ),
        {
            height * width: message("That is one feature map. There are {maps}.", maps=maps),
            math.prod(before.output_shape): message(
                "That is what the convolution hands over. The pooling comes in between."
            ),
            math.prod(halved): message(
                "That would be so with strides of 2. This network’s pooling moves one pixel at a "
                "time."
            ),
        },
    )


def ask_about_learning(data: Mnist) -> Question:
    """Ask in which direction a weight moves."""
    return Question(
        message("The gradient of a weight is negative. What does a step do?"),
        "larger",
        message(
            "The step subtracts the learning rate times the gradient, and subtracting a negative "
            "number adds. A negative gradient says: with a larger weight, the loss is smaller."
        ),
        message("The step is: weight − learning rate × gradient. Put in a negative gradient."),
        choices={
            "larger": message("The weight becomes larger."),
            "smaller": message("The weight becomes smaller."),
            "sign": message("That depends on whether the weight is negative, too."),
        },
        hints={
            "sign": message(
                "The step is: weight − learning rate × gradient. The sign of the weight plays no "
                "part in the change."
            )
        },
    )


def ask_about_training(data: Mnist) -> Question:
    """Ask why the training loss is above the validation loss at first."""
    first = read_record().epochs[0]
    return Question(
        message(
            "After the first epoch the loss is {training:.2f} on the training images and "
            "{validation:.2f} on the validation images. What is the main reason that it is higher "
            "on those that the network learns from?",
            training=first.loss,
            validation=first.validation_loss,
        ),
        "average",
        message(
            "The training loss is an average over the whole epoch, in which the network was still "
            "bad at first, and dropout was switched on. The validation loss is measured at the "
            "end, without dropout."
        ),
        message("Think of when each of the two is measured, and of dropout."),
        choices={
            "easier": message("The validation images are easier."),
            "average": message("It is an average over the epoch, with dropout."),
            "overfitting": message("The network is overfitting."),
        },
        hints={
            "overfitting": message(
                "Overfitting is the other way round: the loss is low on the training images and "
                "high on others."
            ),
            "easier": message(
                "They are a little easier, in fact, but that explains only a small part. Think of "
                "when each of the two is measured, and of dropout."
            ),
        },
    )


def ask_about_evaluation(data: Mnist) -> Question:
    """Ask for the number of mistakes."""
    images, accuracy = len(data.test.labels), read_record().results.test_accuracy
    correct = round(images * accuracy)
    return Question(
        message(
            "The accuracy is {percent:.2f} % of {images} images. How many does the network "
            "misclassify?",
            percent=100 * accuracy,
            images=f"{images:,}",
        ),
        images - correct,
        message(
            "{images} × {rest:.4f} = {mistakes}. The next chapter shows some of them.",
            images=f"{images:,}",
            rest=1 - accuracy,
            mistakes=images - correct,
        ),
        message("Find out first what fraction is wrong: 1 − accuracy."),
        {correct: message("That is how many it classifies correctly.")},
    )


def ask_about_mistakes(data: Mnist) -> Question:
    """Ask why the network has no point in the game."""
    return Question(
        message("In the round of mistakes the network always has 0 points. What does it show?"),
        "chosen",
        message(
            "The five are drawn from its mistakes, so it cannot have any of them right. To compare "
            "yourself with it, you would have to guess images that were chosen without looking at "
            "its answers."
        ),
        message("Think of how the five images were chosen."),
        choices={
            "person": message("People read digits better than this network."),
            "chosen": message("Nothing: the images were chosen because it has them wrong."),
            "chance": message("It had bad luck with these five."),
        },
    )


def ask_about_own_digit(data: Mnist) -> Question:
    """Ask why a digit in a corner is misread."""
    return Question(
        message("A demo on the web misreads your small 4 in a corner. What is the likely reason?"),
        "preparation",
        message(
            "The training digits were cropped, fitted into 20 × 20 pixels and centered by their "
            "mass. A network can expect no other ones if it has seen no other ones."
        ),
        message("Compare what the network receives with the images it has learned from."),
        choices={
            "network": message("Its network has too few layers."),
            "preparation": message("It does not prepare drawings as the training images were."),
            "epochs": message("It was trained for too few epochs."),
        },
    )
