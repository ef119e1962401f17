"""The image that the Pixels page shows, kept in the session and in the address."""

from dataclasses import dataclass, replace

import numpy as np
import streamlit as st

from mnist_core.course.example import IMAGE
from mnist_core.datasets.mnist import Mnist, Split
from mnist_core.errors import shorten
from mnist_core.messages import Message, message
from ui import state
from ui.components.received import read_number
from ui.formatting import escape_markdown
from ui.language import localize

SPLITS = {"train": message("Training"), "test": message("Test"), "drawing": message("Your drawing")}
PARAMETERS = ("split", "image", "digit")


@dataclass(frozen=True)
class ImageSelection:
    """One image, and the digit whose images “Next” and “Previous” go through.

    Attributes:
        split: "train", "test" or "drawing".
        index: The image's index in its split, from 0; a drawing has none.
        digit: The label of the images to go through, None for all images.
    """

    split: str = "train"
    index: int = IMAGE
    digit: int | None = None

    def get_images(self, data: Mnist) -> Split:
        """Return the split that contains the image, which must not be a drawing."""
        return {"train": data.train, "test": data.test}[self.split]

    def find_adjacent(self, labels: np.ndarray, forward: bool) -> int:
        """Return the index of the next or previous image of the digit, wrapping around.

        Args:
            labels: (n,) uint8 in 0..9, the labels of the split.
            forward: Whether to return the next image.

        Returns:
            The image's own index if there is no other image of the digit.
        """
        everything = np.arange(len(labels))
        candidates = everything if self.digit is None else np.flatnonzero(labels == self.digit)
        if not candidates.size:
            return self.index
        if forward:
            position = np.searchsorted(candidates, self.index, side="right") % candidates.size
        else:
            position = np.searchsorted(candidates, self.index, side="left") - 1
        return int(candidates[position])


def get_current(data: Mnist) -> ImageSelection:
    """Return the selection in the session.

    In a callback, it may be newer than the one with which the page was drawn.
    """
    return _clamp(st.session_state.get(state.PIXELS_SELECTION, ImageSelection()), data)


def get_selection(data: Mnist) -> ImageSelection:
    """Return the selected image, taken from the address if a person has opened another one.

    Invalid parameters of the address cause a warning, and the defaults are used instead.
    """
    session = st.session_state
    selection = get_current(data)
    parameters = {name: st.query_params[name] for name in PARAMETERS if name in st.query_params}
    if parameters and parameters != session.get(state.PIXELS_PARAMETERS):
        selection, problems = parse_parameters(parameters, data)
        session[state.PIXELS_PROBLEMS] = (selection, problems)
    # Shown until another image is chosen, since any rerun may follow.
    asked, problems = session.get(state.PIXELS_PROBLEMS, (None, []))
    if asked == selection:
        for problem in problems:
            st.warning(escape_markdown(localize(problem)), icon=":material/search_off:")
    return selection


def keep_selection(selection: ImageSelection) -> None:
    """Keep the selection for the next visit, and write it into the address."""
    parameters = {"split": selection.split}
    if selection.split != "drawing":
        parameters["image"] = str(selection.index)
        if selection.digit is not None:
            parameters["digit"] = str(selection.digit)
    st.session_state[state.PIXELS_SELECTION] = selection
    if st.session_state.get(state.PIXELS_PARAMETERS) != parameters or not st.query_params:
        st.session_state[state.PIXELS_PARAMETERS] = parameters
        st.query_params.from_dict(parameters)


def parse_parameters(
    parameters: dict[str, str], data: Mnist
) -> tuple[ImageSelection, list[Message]]:
    """Read a selection from the parameters of an address.

    Args:
        parameters: The parameters by name; each may be missing.
        data: The data set, whose splits limit the index.

    Returns:
        The selection, with defaults for missing and invalid parameters, and a sentence for each
        invalid one.
    """
    problems: list[Message] = []
    split = parameters.get("split", "train")
    if split not in SPLITS:
        problems.append(
            message(
                "The address names the images “{split}”; expected train, test or drawing. You "
                "see the training images.",
                split=shorten(split),
            )
        )
        split = "train"
    selection = _clamp(ImageSelection(split), data)
    digit = parameters.get("digit")
    if digit is not None and digit in tuple("0123456789"):
        selection = replace(selection, digit=int(digit))
    elif digit is not None:
        problems.append(
            message(
                "The address names the digit “{digit}”; expected one from 0 to 9. You see the "
                "images of all digits.",
                digit=shorten(digit),
            )
        )
    image = parameters.get("image")
    if image is not None and split != "drawing":
        last = len(selection.get_images(data).labels) - 1
        if (index := read_number(image, 0, last)) is not None:
            selection = replace(selection, index=index)
        else:
            problems.append(
                message(
                    "The address names the image “{image}”; expected a number from 0 to "
                    "{last}. You see image {index}.",
                    image=shorten(image),
                    last=last,
                    index=selection.index,
                )
            )
    return selection, problems


def _clamp(selection: ImageSelection, data: Mnist) -> ImageSelection:
    """Return the selection with its index limited to the last image of its split."""
    if selection.split == "drawing":
        return selection
    last = len(selection.get_images(data).labels) - 1
    return replace(selection, index=min(selection.index, last))
