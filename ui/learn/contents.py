"""The chapters of Learn, in order."""

from collections.abc import Callable
from dataclasses import dataclass

import streamlit as st

from mnist_core.course.example import IMAGE
from mnist_core.course.record import MODEL
from mnist_core.messages import Message, message
from ui import state
from ui.learn.chapters import (
    data,
    evaluation,
    image,
    learning,
    mistakes,
    network,
    one_hot,
    own_digit,
    scaling,
    training,
)
from ui.learn.tool_links import ToolLink


@dataclass(frozen=True)
class Chapter:
    """A chapter.

    Attributes:
        name: Its id, which is also that of its question.
        title: Its title.
        show: Shows it.
        link: Where to do the same in the app.
    """

    name: str
    title: Message
    show: Callable[[], None]
    link: ToolLink


def _choose_tutorial() -> None:
    st.session_state[state.MODEL_ID] = MODEL.stem


def _open_softmax() -> None:
    _choose_tutorial()
    st.session_state[state.INSIDE_STAGE] = "probabilities"


CHAPTERS = (
    Chapter(
        "data",
        message("The data"),
        data.show,
        ToolLink(
            message("Browse the images on Pixels"), "pixels", {"split": "train", "image": "0"}
        ),
    ),
    Chapter(
        "image",
        message("One image"),
        image.show,
        ToolLink(
            message("Change its numbers on Pixels"),
            "pixels",
            {"split": "train", "image": str(IMAGE)},
        ),
    ),
    Chapter(
        "scaling",
        message("From bytes to numbers from 0 to 1"),
        scaling.show,
        ToolLink(
            message("Step through the preparation on Pixels"),
            "pixels",
            {"split": "train", "image": str(IMAGE)},
        ),
    ),
    Chapter(
        "one-hot",
        message("The label as ten numbers, and the loss"),
        one_hot.show,
        ToolLink(
            message("See the softmax of a drawing on Inside"), "inside", prepare=_open_softmax
        ),
    ),
    Chapter(
        "network",
        message("The network, layer by layer"),
        network.show,
        ToolLink(message("Look into these layers on Inside"), "inside", prepare=_choose_tutorial),
    ),
    Chapter(
        "learning",
        message("How it learns"),
        learning.show,
        ToolLink(message("Try learning rates on Train"), "train"),
    ),
    Chapter(
        "training",
        message("The training"),
        training.show,
        ToolLink(message("Train with other settings on Train"), "train"),
    ),
    Chapter(
        "evaluation",
        message("How good is it?"),
        evaluation.show,
        ToolLink(
            message("See the accuracy of each digit on Errors"),
            "errors",
            {"model": MODEL.stem, "part": "digits"},
        ),
    ),
    Chapter(
        "mistakes",
        message("The mistakes"),
        mistakes.show,
        ToolLink(message("See all its mistakes on Errors"), "errors", {"model": MODEL.stem}),
    ),
    Chapter(
        "own-digit",
        message("Your own digit"),
        own_digit.show,
        ToolLink(message("Draw large on Draw"), "draw"),
    ),
)


def find_number(name: str) -> int:
    """Return the number of a chapter, from 1."""
    return 1 + [chapter.name for chapter in CHAPTERS].index(name)
