"""What the Errors page shows, kept in the page's address, so that a view can be shared.

The address is the only truth: widgets are set from it before they are shown, and write to it when
they change. What makes no sense in it is said, and left out, as if it had not been given.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import streamlit as st

from mnist_core.errors import shorten
from mnist_core.evaluation.guessing_game import DECKS
from mnist_core.evaluation.image_filter import ANSWERS, LABELS, ORDERS, Filter
from mnist_core.runs.model_registry import ModelError, get_model
from ui import state
from ui.resources import get_data, get_store

PARTS = ("gallery", "digits", "confidence", "compare", "game", "labels")
CHANGES = ("mended", "broken", "kept")
LARGEST = 10**9 - 1


@dataclass(frozen=True)
class View:
    """Everything that can be chosen on the page, but the model.

    part: one of `PARTS`. chosen: which images the gallery shows. order: one of `ORDERS`. page:
    from 1. image: the test image that is looked at, None for none. other: the id of the model to
    compare with. change: one of `CHANGES`. deck, round: which game is played.
    """

    part: str = "gallery"
    chosen: Filter = field(default_factory=Filter)
    order: str = "surest"
    page: int = 1
    image: int | None = None
    other: str = ""
    change: str = "broken"
    deck: str = "mistakes"
    round: int = 1

    def to_params(self) -> dict[str, str]:
        """Return the address's parameters: what differs from a view as it is at first."""
        values = _flatten(self)
        return {name: str(value) for name, value in values.items() if value != _FIRST[name]}


def _flatten(view: View) -> dict[str, Any]:
    values = vars(view.chosen) | vars(view)
    del values["chosen"]
    return values


_FIRST = _flatten(View())


def read_view() -> View:
    """Return the view that the address describes."""
    return _parse_address()[0]


def find_problems() -> list[str]:
    """Return a sentence for each parameter of the address that makes no sense."""
    return _parse_address()[1]


def _parse_address() -> tuple[View, list[str]]:
    return parse_view(st.query_params, len(get_data().test.labels))


def parse_view(params: Mapping[str, str], images: int) -> tuple[View, list[str]]:
    """Read a view from some parameters, whatever they are.

    Args:
        params: The parameters of an address.
        images: How many test images there are.

    Returns:
        The view, by default where a parameter is missing or wrong, and a sentence for each that
        is wrong.
    """
    problems = []

    def read(name: str, parse: Callable[[str], Any], expected: str) -> Any:
        if name not in params:
            return _FIRST[name]
        value = parse(params[name])
        if value is None:
            problems.append(
                f"The address asks for “{name}={shorten(params[name])}”; expected {expected}. "
                "The page is shown without it."
            )
            return _FIRST[name]
        return value

    def read_name(name: str, options: Collection[str]) -> Any:
        expected = f"one of {', '.join(options)}"
        return read(name, lambda text: text if text in options else None, expected)

    def read_number(name: str, low: int, high: int) -> Any:
        expected = f"a whole number from {low} to {high}"
        return read(name, lambda text: _parse_number(text, low, high), expected)

    def read_share(name: str) -> Any:
        return read(name, _parse_share, "a number from 0 to 1")

    bounds = sorted((read_share("low"), read_share("high")))
    view = View(
        part=read_name("part", PARTS),
        chosen=Filter(
            true=read_number("true", 0, 9),
            predicted=read_number("predicted", 0, 9),
            answers=read_name("answers", ANSWERS),
            labels=read_name("labels", LABELS),
            low=bounds[0],
            high=bounds[1],
        ),
        order=read_name("order", ORDERS),
        page=read_number("page", 1, LARGEST),
        image=read_number("image", 0, images - 1),
        other=params.get("other", View.other),
        change=read_name("change", CHANGES),
        deck=read_name("deck", DECKS),
        round=read_number("round", 1, LARGEST),
    )
    return view, problems


def change_view(**changes: Any) -> None:
    """Replace some of the view's values in the address."""
    _write(replace(read_view(), **changes).to_params())


def change_filter(**changes: Any) -> None:
    """Replace some of the filter's values in the address, and start at the first page."""
    change_view(chosen=replace(read_view().chosen, **changes), page=1)


def set_widget(key: str, value: Any, change: Callable[[Any], None]) -> dict[str, Any]:
    """Return the arguments that tie a widget to the address.

    Args:
        key: The widget's key.
        value: What the address says, which the widget is set to.
        change: Called with the widget's value when a person changes it.
    """
    st.session_state[key] = value
    return {"key": key, "on_change": lambda: change(st.session_state[key])}


def hold_page(pages: int) -> int:
    """Return the page to be shown, and say so where the address asks for one beyond the last."""
    page = read_view().page
    if page > pages:
        st.warning(
            f"The address asks for page {page}; the last one is page {pages}, which is shown.",
            icon=":material/search_off:",
        )
        change_view(page=pages)
    return min(page, pages)


def restore_address() -> None:
    """Return to the view that was left, where the page is entered without one."""
    if not st.query_params:
        st.query_params.from_dict(st.session_state.get(state.ERRORS_ADDRESS, {}))


def adopt_model() -> str | None:
    """Let the model in the address answer, where it was not this page that put it there.

    Returns:
        The id in the address where there is no such model, else None.
    """
    wanted = st.query_params.get("model")
    if wanted is None or wanted == st.session_state.get(state.ERRORS_MODEL):
        return None
    try:
        model = get_model(get_store(), wanted)
    except ModelError:
        return wanted
    model_id = wanted.partition("@")[0]
    st.session_state[state.MODEL_ID] = model_id
    st.session_state.setdefault(state.EPOCHS, {})[model_id] = model.epoch
    return None


def note_model(model_id: str) -> None:
    """Put the model that answers into the address; another one ends the look at its pages."""
    if st.session_state.get(state.ERRORS_MODEL) not in (None, model_id):
        change_view(page=1)
    st.session_state[state.ERRORS_MODEL] = model_id
    _write(read_view().to_params())


def _write(params: dict[str, str]) -> None:
    params = {"model": st.session_state[state.ERRORS_MODEL], **params}
    if params != st.query_params.to_dict():
        st.query_params.from_dict(params)
    st.session_state[state.ERRORS_ADDRESS] = params


def _parse_number(text: str, low: int, high: int) -> int | None:
    if not (text.isascii() and text.isdigit()) or len(text) > 9:
        return None
    return int(text) if low <= int(text) <= high else None


def _parse_share(text: str) -> float | None:
    try:
        value = float(text)
    except ValueError:
        return None
    return value if 0 <= value <= 1 else None
