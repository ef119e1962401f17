"""The chapters of Learn, in order."""

from collections.abc import Callable
from dataclasses import dataclass

from mnist_core.course.questions import IMAGE
from mnist_core.messages import Message, message
from ui.learn.chapters import data, image, scaling
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
)
