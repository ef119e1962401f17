"""What the Errors page shows, kept in the page's address, so that a view can be shared.

The address is the only truth: widgets are set from it before they are shown, and write to it when
they change. What makes no sense in it is left out, as if it had not been given.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from math import isfinite
from typing import Any

import streamlit as st

from mnist_core.gallery import ANSWERS, LABELS, ORDERS, Filter
from mnist_core.game import DECKS
from mnist_core.models import list_models
from ui import state
from ui.resources import get_store

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
    return parse_view(st.query_params)


def parse_view(params: Mapping[str, str]) -> View:
    """Return the view that some parameters describe, whatever they are."""
    low = _share(params.get("low"), 0.0)
    high = _share(params.get("high"), 1.0)
    return View(
        part=_one_of(PARTS, params.get("part")),
        chosen=Filter(
            true=_number(params.get("true"), 0, 9),
            predicted=_number(params.get("predicted"), 0, 9),
            answers=_one_of(ANSWERS, params.get("answers")),
            labels=_one_of(LABELS, params.get("labels")),
            low=min(low, high),
            high=max(low, high),
        ),
        order=_one_of(tuple(ORDERS), params.get("order")),
        page=_number(params.get("page"), 1, LARGEST) or 1,
        image=_number(params.get("image"), 0, LARGEST),
        other=params.get("other", ""),
        change=_one_of(CHANGES, params.get("change"), View.change),
        deck=_one_of(DECKS, params.get("deck")),
        round=_number(params.get("round"), 1, LARGEST) or 1,
    )


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
    known = {model.id for model in list_models(get_store())}
    model_id, _, epoch = wanted.partition("@")
    if model_id not in known:
        return wanted
    st.session_state[state.MODEL_ID] = model_id
    kept = st.session_state.setdefault(state.EPOCHS, {})
    kept[model_id] = int(epoch) if epoch.isdecimal() else None
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


def _one_of(options: tuple, text: str | None, otherwise: str | None = None) -> Any:
    return text if text in options else otherwise or options[0]


def _number(text: str | None, low: int, high: int) -> int | None:
    if text is None or not (text.isascii() and text.isdigit()) or len(text) > 9:
        return None
    return int(text) if low <= int(text) <= high else None


def _share(text: str | None, otherwise: float) -> float:
    try:
        value = float(text or "")
    except ValueError:
        return otherwise
    return value if isfinite(value) and 0 <= value <= 1 else otherwise
