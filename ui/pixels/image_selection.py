"""Which image the Pixels page shows, and its address."""

from dataclasses import dataclass, replace

import numpy as np
import streamlit as st

from mnist_core.datasets.mnist import Mnist, Split
from mnist_core.errors import shorten
from ui import state
from ui.formatting import escape_markdown

SPLITS = {"train": "Training", "test": "Test", "drawing": "Your drawing"}
# The tutorial's example, a 9.
START = 53238
NAMES = ("split", "image", "digit")


@dataclass(frozen=True)
class Place:
    """One image: its split ("train", "test" or "drawing"), and its index in that.

    `digit` is the label among whose images the next and the previous one are sought; None for all.
    """

    split: str = "train"
    index: int = START
    digit: int | None = None

    def get_split(self, data: Mnist) -> Split:
        """Return the images among which it is; a drawing is among none."""
        return {"train": data.train, "test": data.test}[self.split]

    def step(self, labels: np.ndarray, forward: bool) -> int:
        """Return the index of the next or previous image of the digit, past the end from the start.

        Where there is no other such image, it is the place's own index.
        """
        every = np.arange(len(labels))
        wanted = every if self.digit is None else np.flatnonzero(labels == self.digit)
        if not wanted.size:
            return self.index
        if forward:
            return int(wanted[np.searchsorted(wanted, self.index, side="right") % wanted.size])
        return int(wanted[np.searchsorted(wanted, self.index, side="left") - 1])


def get_place(data: Mnist) -> Place:
    """Return the place that is shown, after following an address that a person has opened.

    What an address asks for in vain is said, and left as it is by default.
    """
    session = st.session_state
    place = session.get(state.PIXELS_PLACE, Place())
    asked = {name: st.query_params[name] for name in NAMES if name in st.query_params}
    if asked and asked != session.get(state.PIXELS_ADDRESS):
        place, problems = parse_address(asked, data)
        for problem in problems:
            st.warning(escape_markdown(problem), icon=":material/search_off:")
    return _within(place, data)


def keep_place(place: Place) -> None:
    """Remember the place for the next visit, and write it into the address."""
    address = {"split": place.split}
    if place.split != "drawing":
        address["image"] = str(place.index)
        if place.digit is not None:
            address["digit"] = str(place.digit)
    st.session_state[state.PIXELS_PLACE] = place
    if st.session_state.get(state.PIXELS_ADDRESS) != address or not st.query_params:
        st.session_state[state.PIXELS_ADDRESS] = address
        st.query_params.from_dict(address)


def parse_address(asked: dict[str, str], data: Mnist) -> tuple[Place, list[str]]:
    """Read a place from the parameters of an address.

    Returns:
        The place, by default where a parameter is missing or wrong, and a sentence for each that
        is wrong.
    """
    problems = []
    split = asked.get("split", "train")
    if split not in SPLITS:
        problems.append(
            f"The address asks for the images “{shorten(split)}”; there are train, test and "
            "drawing. The training images are shown."
        )
        split = "train"
    place = _within(Place(split), data)
    digit = asked.get("digit")
    if digit is not None and digit in tuple("0123456789"):
        place = replace(place, digit=int(digit))
    elif digit is not None:
        problems.append(
            f"The address asks for the digit “{shorten(digit)}”; expected one from 0 to 9. "
            "Images of all digits are shown."
        )
    image = asked.get("image")
    if image is not None and split != "drawing":
        last = len(place.get_split(data).labels) - 1
        if image.isascii() and image.isdecimal() and len(image) < 10 and int(image) <= last:
            place = replace(place, index=int(image))
        else:
            problems.append(
                f"The address asks for image “{shorten(image)}”; expected a number from 0 to "
                f"{last}. Image {place.index} is shown."
            )
    return place, problems


def _within(place: Place, data: Mnist) -> Place:
    """Return the place, moved to the last image where the split is too short for it."""
    if place.split == "drawing":
        return place
    return replace(place, index=min(place.index, len(place.get_split(data).labels) - 1))
