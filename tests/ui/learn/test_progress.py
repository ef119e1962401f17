"""The place in the course and the answers, as address and browser give them."""

from typing import Any

import pytest
import streamlit as st

from ui import state
from ui.learn.progress import (
    get_answers,
    get_chapter,
    get_field_key,
    open_chapter,
    restore_progress,
)

pytestmark = pytest.mark.usefixtures("session")


def test_the_first_visit_begins_with_chapter_1() -> None:
    """And writes nothing into the address, so that a stored place can still come."""
    assert get_chapter(10) == 1
    assert not st.query_params


def test_the_address_takes_precedence() -> None:
    """A link leads to its chapter whatever the browser has stored."""
    st.query_params["chapter"] = "5"
    restore_progress({"chapter": 7, "answers": {"data": 784}})
    assert get_chapter(10) == 5
    assert get_answers() == {"data": 784}


def test_the_place_comes_back() -> None:
    """It is also written into the address."""
    restore_progress({"chapter": 7, "answers": {}, "run": "a-run", "round": 12})
    assert get_chapter(10) == 7
    assert st.session_state[state.LEARN_RUN] == "a-run"
    assert st.session_state[state.LEARN_ROUND] == 12
    assert st.query_params["chapter"] == "7"
    open_chapter(8)
    assert get_chapter(10) == 8


@pytest.mark.parametrize("text", ["0", "11", "-1", "-20", "two", "", "٣", "9" * 30])
def test_a_wrong_address_shows_the_last_chapter(text: str, monkeypatch) -> None:
    """With a warning that says what is expected."""
    warnings: list[str] = []
    monkeypatch.setattr(st, "warning", lambda text, icon: warnings.append(text))
    st.query_params["chapter"] = text
    assert get_chapter(10) == 1
    assert "from 1 to 10" in warnings[0]


def test_the_address_is_not_read_as_markdown(monkeypatch: pytest.MonkeyPatch) -> None:
    """A link from a stranger could show a picture."""
    warnings: list[str] = []
    monkeypatch.setattr(st, "warning", lambda text, icon: warnings.append(text))
    st.query_params["chapter"] = "![](//a.b/c.png)"
    get_chapter(10)
    assert r"“\!\[\]\(//a.b/c.png\)”" in warnings[0]


def test_a_chapter_that_does_not_exist_is_not_shown() -> None:
    """The first and the last one are the nearest."""
    for number, shown in ((-20, 1), (0, 1), (99, 10)):
        st.session_state[state.LEARN_CHAPTER] = number
        st.query_params.clear()
        assert get_chapter(10) == shown


@pytest.mark.parametrize(
    "value",
    [None, [], {"chapter": "6"}, {"chapter": 0}, {"answers": [1]}, {"answers": {"data": [784]}},
     {"answers": {"data": "x" * 999}}, {"run": 7, "round": "one"}, {"round": -1},
     {"answers": {"data": 10**400}}, {"answers": {"data": float("nan")}}, {"chapter": True},
     {"answers": {"data": True}}, {"chapter": -20}, {"chapter": 10**400}, {"round": True}],
)  # fmt: skip
def test_what_is_damaged_is_ignored(value: Any, session: dict[str, Any]) -> None:
    """Nothing of it gets into the session."""
    restore_progress(value)
    assert not session.keys() & {state.LEARN_CHAPTER, state.LEARN_RUN, state.LEARN_ROUND}
    assert not get_answers()


def test_answers_given_meanwhile_stay() -> None:
    """They are newer than the stored ones."""
    get_answers()["data"] = 784
    restore_progress({"answers": {"data": 28, "image": 210}})
    assert get_answers() == {"data": 784, "image": 210}


def test_an_answer_from_the_browser_fills_the_field_that_was_empty() -> None:
    """The field is shown before the browser has sent the answer; one that was given stays."""
    st.session_state[get_field_key("data")] = None
    st.session_state[get_field_key("image")] = 196
    restore_progress({"answers": {"data": 28, "image": 210}})
    assert get_field_key("data") not in st.session_state
    assert st.session_state[get_field_key("image")] == 196
