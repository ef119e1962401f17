"""Keep Streamlit from losing what it has not yet sent to the browser."""

from streamlit.runtime.forward_msg_queue import ForwardMsgQueue

_clear = ForwardMsgQueue.clear


def keep_unsent_messages() -> None:
    """Let a fragment that begins to run leave all messages that wait to be sent as they are.

    Streamlit drops those of the fragment, as new ones follow. If the server is busy, the fragment's
    container is among them, and then the browser moves up what follows it on the page; and of
    large elements, references to what the browser has kept remain, without the container that they
    belong to. Either way a later message finds another element in its place, and the page turns
    blank. To send all of them in order costs little.
    """
    ForwardMsgQueue.clear = _clear_for_page  # type: ignore[assignment, method-assign]


def _clear_for_page(
    queue: ForwardMsgQueue,
    retain_lifecycle_msgs: bool = False,
    fragment_ids_this_run: list[str] | None = None,
) -> None:
    if fragment_ids_this_run is None:
        _clear(queue, retain_lifecycle_msgs)
    else:
        queue._delta_index_map = {}  # the new messages do not take the place of these
