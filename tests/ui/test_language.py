"""The language belongs to a session: by its address, its person's choice, or its browser."""

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from mnist_core.messages import LANGUAGES, PSEUDO_LANGUAGE
from tests.waiting import LONGEST_WAIT
from ui import language, state
from ui.language import (
    _,
    adopt_language,
    choose_language,
    get_language,
    localize,
    ngettext,
)


@pytest.fixture
def session(session: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """Stand in for the session state and the address of a page in a Japanese browser."""
    monkeypatch.setattr(language, "_has_session", lambda: True)
    monkeypatch.setattr(st, "context", SimpleNamespace(locale="ja-JP"))
    return session


def test_address_choice_and_browser_decide_in_this_order(session: dict[str, Any]) -> None:
    """A language that the app does not have counts as none."""
    assert get_language() == "ja"
    session[state.LANGUAGE] = "en"
    assert get_language() == "en"
    st.query_params["lang"] = "xx"
    adopt_language()
    assert get_language() == "en"
    st.query_params["lang"] = "ja"
    adopt_language()
    assert get_language() == "ja"


def test_the_language_of_an_address_stays_on_other_pages(session: dict[str, Any]) -> None:
    """Their addresses do not name one."""
    session[state.LANGUAGE] = "ja"
    st.query_params["lang"] = "en"
    adopt_language()
    st.query_params.clear()
    assert get_language() == "en"


def test_the_switch_changes_the_address_that_names_a_language(session: dict[str, Any]) -> None:
    """Else the address would win against the choice."""
    choose_language("en")
    assert dict(st.query_params) == {}
    st.query_params["lang"] = "en"
    choose_language("ja")
    assert get_language() == "ja"


def test_texts_are_translated(session: dict[str, Any]) -> None:
    """Sentences, numbers of things, and messages of the core; other texts stay."""
    assert _("Draw") == "書く"
    assert localize("Draw") == "Draw"
    assert ngettext("{count} layer", "{count:,} layers", 2, count=2) == "2 layers"


def test_two_sessions_speak_two_languages(open_app: Callable[..., AppTest]) -> None:
    """Their runs alternate in one process."""
    japanese, english = open_app(), open_app()
    japanese.session_state[state.LANGUAGE] = "ja"
    for _round in range(2):
        assert any("数字を書く" in each.value for each in japanese.run().get("html"))
        assert any("Draw a digit" in each.value for each in english.run().get("html"))


def test_an_error_of_the_core_is_shown_in_the_language_of_the_session(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The exception carries the template and the values."""

    def script() -> None:
        import streamlit as st

        from mnist_core.errors import MnistError
        from mnist_core.messages import message
        from ui.layout import show_error

        st.session_state["language"] = "qps"
        show_error(MnistError(message("{name} is missing.", name="a_b.png")))

    monkeypatch.setitem(LANGUAGES, PSEUDO_LANGUAGE, "Pseudo")
    app = AppTest.from_function(script, default_timeout=LONGEST_WAIT).run()
    assert app.error[0].value == r"⟦a\_b.png is missing.⟧"
