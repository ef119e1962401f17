"""The view of the Errors page, kept in the session and written into the page's address.

Widgets are set from the view before they are shown and change it when a person uses them. They are
not bound by Streamlit's `bind="query-params"`: it writes labels instead of ids into the address,
so that links would depend on the interface's language, and it removes the parameters of widgets
that are not on screen, such as the filter while one image is open.
"""

from collections.abc import Callable, Container, Iterable, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any

import streamlit as st

from mnist_core.errors import shorten
from mnist_core.evaluation.guessing_game import DECKS
from mnist_core.evaluation.image_filter import LABELS, ORDERS, PREDICTIONS, Filter
from mnist_core.runs.model_registry import ModelError, get_model
from ui import state
from ui.components.received import read_number
from ui.components.widget_value import with_value
from ui.language import _
from ui.resources import get_data, get_store

DATA = ("mnist", "hand")
PARTS = ("gallery", "digits", "confidence", "compare", "game", "labels")
CHANGES = ("fixed", "regressed", "shared_errors")
FORMER_CHANGES = {"mended": "fixed", "broken": "regressed", "kept": "shared_errors"}
"""The names of `CHANGES` in older links."""

FORMER_PREDICTIONS = {"wrong": "incorrect", "right": "correct"}
"""The names of `PREDICTIONS` in older links, where the parameter is named “answers”."""
FORMER_ORDERS = {"surest": "most-confident", "unsurest": "least-confident"}
"""The names of `ORDERS` in older links."""

PART_OF_PARAMETER = {"other": "compare", "change": "compare", "deck": "game", "round": "game"}
"""The parameters that are written into the address in one part of the page only."""

LARGEST = 10**9 - 1


@dataclass(frozen=True)
class View:
    """Everything that can be chosen on the page, except the model.

    Attributes:
        data: The images: "mnist", the test images, or "hand", the drawings of the chosen hand.
        part: One of `PARTS`.
        filter: The images in the gallery.
        order: Their order, one of `ORDERS`.
        page: The page of the gallery or of the label issues, from 1.
        image: The index of the test image shown in detail, None for none.
        other: The id of the model to compare with, "" for the first one.
        change: One of `CHANGES`.
        deck: The images to guess, one of `DECKS`.
        round: The number of the guessing game's round, from 1.
    """

    data: str = "mnist"
    part: str = "gallery"
    filter: Filter = field(default_factory=Filter)
    order: str = "most-confident"
    page: int = 1
    image: int | None = None
    other: str = ""
    change: str = "regressed"
    deck: str = "mistakes"
    round: int = 1

    def to_params(self) -> dict[str, str]:
        """Return the parameters of the address: values of this part that are not the default."""
        return {
            name: str(value)
            for name, value in _flatten(self).items()
            if value != _DEFAULTS[name] and PART_OF_PARAMETER.get(name, self.part) == self.part
        }


def _flatten(view: View) -> dict[str, Any]:
    values = vars(view.filter) | vars(view)
    del values["filter"]
    return values


_DEFAULTS = _flatten(View())


def parse_view(params: Mapping[str, str], images: int) -> tuple[View, list[str]]:
    """Parse the parameters of an address.

    Args:
        params: Any parameters.
        images: The number of test images.

    Returns:
        The view, with defaults for missing and invalid parameters, and a sentence about each
        invalid one.
    """

    def find(
        names: Iterable[str], former: Mapping[str, str] = MappingProxyType({})
    ) -> tuple[Callable[[str], Any], str]:
        options = {**former, **{name: name for name in names}}
        return options.get, _("one of {value}", value=", ".join(names))

    def count(low: int, high: int) -> tuple[Callable[[str], Any], str]:
        return lambda text: read_number(text, low, high), _(
            "a whole number from {low} to {high}", low=low, high=high
        )

    fraction = (_parse_fraction, _("a number from 0 to 1"))
    parsers = {
        "data": find(DATA),
        "part": find(PARTS),
        "true": count(0, 9),
        "predicted": count(0, 9),
        "predictions": find(PREDICTIONS, FORMER_PREDICTIONS),
        "labels": find(LABELS),
        "low": fraction,
        "high": fraction,
        "order": find(ORDERS, FORMER_ORDERS),
        "page": count(1, LARGEST),
        "image": count(0, images - 1),
        "change": find(CHANGES, FORMER_CHANGES),
        "deck": find(DECKS),
        "round": count(1, LARGEST),
    }
    if "answers" in params:
        params = {"predictions": params["answers"], **params}
    problems = []
    values = _DEFAULTS | {"other": params.get("other", View.other)}
    for name, (parse, expected) in parsers.items():
        if name not in params:
            continue
        value = parse(params[name])
        if value is None:
            parameter = f"{name}={shorten(params[name])}"
            problems.append(
                _(
                    "The address contains “{parameter}”; expected {expected}. It was ignored.",
                    parameter=parameter,
                    expected=expected,
                )
            )
        else:
            values[name] = value
    values["low"], values["high"] = sorted((values["low"], values["high"]))
    chosen = Filter(**{name: values.pop(name) for name in vars(Filter())})
    return View(filter=chosen, **values), problems


def get_view() -> View:
    """Return the session's view."""
    return st.session_state.setdefault(state.ERRORS_VIEW, View())


def change_view(**changes: Any) -> None:
    """Replace some values of the view, and update the address."""
    st.session_state[state.ERRORS_VIEW] = replace(get_view(), **changes)
    _write_address()


def change_filter(**changes: Any) -> None:
    """Replace some values of the filter, and go to the first page."""
    change_view(filter=replace(get_view().filter, **changes), page=1)


def clamp_page(page: int, pages: int) -> int:
    """Return the page, or the last one, with a warning, where it is beyond that."""
    if page > pages:
        st.warning(
            _(
                "Page {page} does not exist; the last page, {pages}, is shown.",
                page=page,
                pages=pages,
            ),
            icon=":material/search_off:",
        )
        change_view(page=pages)
    return min(page, pages)


def link_widget(
    key: str, value: Any, change: Callable[[Any], None], options: Container[Any] | None = None
) -> dict[str, Any]:
    """Return the arguments that link a widget to the view.

    Args:
        key: The widget's key.
        value: The value to show.
        change: Called with the widget's value when a person changes it.
        options: The possible values, None if any is possible.
    """
    st.session_state[key] = value
    return {"key": key, "on_change": with_value(key, change, options)}


def restore_url() -> list[str]:
    """Take view and model from the address where a link or the browser's history has changed it.

    An address without parameters, as the menu opens it, keeps the session's view.

    Returns:
        A sentence about each invalid parameter.
    """
    params = st.query_params.to_dict()
    if not params or params == st.session_state.get(state.ERRORS_ADDRESS):
        return []
    view, problems = parse_view(params, len(get_data().test.labels))
    st.session_state[state.ERRORS_VIEW] = view
    model_id = params.get("model")
    if model_id is not None and not _model_from_url(model_id):
        problems.append(
            _(
                "The model “{model_id}” does not exist here; another model is shown. Choose one "
                "above.",
                model_id=shorten(model_id),
            )
        )
    return problems


def _model_from_url(model_id: str) -> bool:
    """Choose a model, or an epoch's, for all pages; return False where it does not exist."""
    try:
        model = get_model(get_store(), model_id)
    except ModelError:
        return False
    trained_id = model_id.partition("@")[0]
    st.session_state[state.MODEL_ID] = trained_id
    st.session_state.setdefault(state.EPOCHS, {})[trained_id] = model.epoch
    return True


def sync_model_to_url(model_id: str) -> None:
    """Write the model and the view into the address; another model starts at the first page."""
    previous_id = st.session_state.get(state.ERRORS_MODEL)
    st.session_state[state.ERRORS_MODEL] = model_id
    change_view(**({} if previous_id in (None, model_id) else {"page": 1}))


def _write_address() -> None:
    params = {"model": st.session_state[state.ERRORS_MODEL], **get_view().to_params()}
    if params != st.query_params.to_dict():
        st.query_params.from_dict(params)
    st.session_state[state.ERRORS_ADDRESS] = params


def _parse_fraction(text: str) -> float | None:
    try:
        value = float(text)
    except ValueError:
        return None
    return value if 0 <= value <= 1 else None
