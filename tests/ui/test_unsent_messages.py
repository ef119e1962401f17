"""Tests of ui.unsent_messages: what is sent of a page whose fragment begins to run again."""

from collections.abc import Callable

import pytest
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.runtime.forward_msg_queue import ForwardMsgQueue
from streamlit.testing.v1 import AppTest

from ui import unsent_messages
from ui.unsent_messages import keep_unsent_messages


@pytest.fixture(autouse=True)
def kept(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep messages for the length of one test."""
    monkeypatch.setattr(ForwardMsgQueue, "clear", ForwardMsgQueue.clear)
    keep_unsent_messages()


def test_a_fragment_that_runs_again_takes_nothing_away(monkeypatch: pytest.MonkeyPatch) -> None:
    """What it wrote before is sent, in its place, and then what it writes now."""
    written: list[ForwardMsg] = []
    with monkeypatch.context() as recording:
        recording.setattr(ForwardMsgQueue, "_before_enqueue_msg", written.append)
        AppTest.from_function(_write_page).run()
    [fragment] = {message.delta.fragment_id for message in written} - {""}
    again = [message for message in written if message.delta.fragment_id]
    queue = ForwardMsgQueue()
    for message in written:
        queue.enqueue(message)
    queue.clear(retain_lifecycle_msgs=True, fragment_ids_this_run=[fragment])
    for message in again:
        queue.enqueue(message)
    places = [
        tuple(message.metadata.delta_path) for message in queue.flush() if message.HasField("delta")
    ]
    assert places == [(0, 0), (0, 1), (0, 1, 0), (0, 2), (0, 1), (0, 1, 0)]


def test_a_page_that_runs_again_begins_anew() -> None:
    """Elements of a run that was interrupted are not sent."""
    queue = ForwardMsgQueue()
    element = ForwardMsg()
    element.delta.new_element.text.body = "of the run before"
    queue.enqueue(element)
    queue.clear(retain_lifecycle_msgs=True)
    assert queue.is_empty()


def _write_page() -> None:
    import streamlit as st

    @st.fragment
    def write() -> None:
        st.write("within")

    st.write("before")
    write()
    st.write("after")


def test_the_app_keeps_unsent_messages(
    open_app: Callable[..., AppTest], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each time that its script runs."""
    monkeypatch.setattr(ForwardMsgQueue, "clear", unsent_messages._clear)
    open_app()
    assert ForwardMsgQueue.clear is unsent_messages._clear_for_page
