"""The question of a chapter, with a field for the answer and what is said to it."""

import streamlit as st

from mnist_core.course.question import Answer, Question
from ui.components.widget_value import with_value
from ui.language import _, localize
from ui.learn.progress import get_answers, get_field_key


def show_question(name: str, question: Question) -> None:
    """Show a question; an answer is checked, commented on and remembered.

    Args:
        name: The id of its chapter.
        question: The question.
    """
    key = get_field_key(name)

    def check(answer: Answer | None) -> None:
        if answer is not None:
            get_answers()[name] = answer

    given = get_answers().get(name)
    if given is not None and not question.is_possible(given):
        given = None
    st.session_state.setdefault(key, given)
    with st.container(border=True, key="learn_question"):
        st.markdown(f"**{localize(question.prompt)}**")
        with (
            st.form(f"learn_form_{name}", border=False),
            st.container(horizontal=not question.choices),
        ):
            answer = _ask(question, key)
            checked = st.form_submit_button(
                _("Check"),
                icon=":material/check:",
                on_click=with_value(key, check),
                key=f"learn_check_{name}",
            )
        if checked and answer is None:
            st.info(_("Give an answer first."), icon=":material/edit:")
        elif given is not None:
            _show_comment(question, given)


def _ask(question: Question, key: str) -> Answer | None:
    if question.choices:
        return st.radio(
            _("Your answer"),
            list(question.choices),
            format_func=lambda name: localize(question.choices[name]),
            label_visibility="collapsed",
            key=key,
        )
    is_whole = isinstance(question.answer, int)
    return st.number_input(
        _("Your answer"),
        value=None,
        step=1 if is_whole else 0.1,
        format="%d" if is_whole else "%0.4g",
        placeholder=_("Your answer"),
        label_visibility="collapsed",
        width=220,
        key=key,
    )


def _show_comment(question: Question, given: Answer) -> None:
    comment = localize(question.comment_on(given))
    if question.is_right(given):
        st.success(_("Right. {why}", why=comment), icon=":material/check_circle:")
    else:
        st.info(_("Not yet. {hint}", hint=comment), icon=":material/lightbulb:")
