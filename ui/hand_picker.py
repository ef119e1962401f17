"""The hand whose drawings are kept and shown, the same on every page."""

from collections.abc import Callable
from typing import Any

import streamlit as st

from mnist_core.hands import HandError, HandInfo
from mnist_core.hands.store import DEFAULT_NAME, DELETED
from ui import state
from ui.components.widget_value import with_value
from ui.hand_errors import keep_hand_error
from ui.language import _, localize_each
from ui.resources import get_hands

_KEY, _ADDED = "hand_picker", "hand_added"


def get_hand() -> HandInfo:
    """Return the chosen hand; if it does not exist, the first one.

    Raises:
        HandError: The database cannot be used.
    """
    hands = get_hands().list_hands()
    chosen = st.session_state.get(state.HAND_ID)
    return next((hand for hand in hands if hand.id == chosen), hands[0])


def find_hand_to_keep_in() -> HandInfo:
    """Return the chosen hand, or the first one if none was chosen.

    Raises:
        HandError: The chosen hand has been deleted, or the database cannot be used.
    """
    hand, chosen = get_hand(), st.session_state.get(state.HAND_ID)
    if chosen not in (None, hand.id):
        raise HandError(DELETED)
    return hand


def name_hand(hand: HandInfo) -> str:
    """Return a hand's name; the one that it has until a person renames it is translated."""
    return _("My hand") if hand.name == DEFAULT_NAME else hand.name


def pick_hand() -> HandInfo:
    """Show the list of hands, and a menu to add, rename and delete; return the chosen hand.

    Raises:
        HandError: The database cannot be used.
    """
    hands = {hand.id: hand for hand in get_hands().list_hands()}
    hand = get_hand()
    # Set in every run, because the choice may have changed on another page, or been deleted.
    st.session_state[_KEY] = st.session_state[state.HAND_ID] = hand.id
    with st.container(horizontal=True, gap="small", vertical_alignment="bottom"):
        st.selectbox(
            _("Hand"),
            list(hands),
            format_func=localize_each(
                {hand_id: name_hand(each) for hand_id, each in hands.items()}
            ),
            help=_("Whose drawings these are. Everyone who uses this app sees all hands."),
            key=_KEY,
            on_change=with_value(_KEY, choose_hand, hands),
        )
        with st.popover(_("Names"), icon=":material/edit:"):
            _show_menu(hand, is_only=len(hands) == 1)
    return hand


def choose_hand(hand_id: int) -> None:
    """Choose a hand for all pages."""
    st.session_state[state.HAND_ID] = hand_id
    st.session_state[state.HAND_DRAWING] = None


def _show_menu(hand: HandInfo, is_only: bool) -> None:
    # The callbacks read the fields themselves: a name may arrive together with the click.
    name_key = f"hand_name_{hand.id}_{hand.name}"
    renamed = st.text_input(_("Name of this hand"), hand.name, key=name_key)
    st.button(
        _("Rename"),
        disabled=renamed.strip() in ("", hand.name),
        key="hand_rename",
        on_click=_change,
        args=(_rename, hand, name_key),
    )
    added = st.text_input(_("Another person’s hand"), placeholder=_("Name"), key=_ADDED)
    st.button(_("Add"), disabled=not added.strip(), key="hand_add", on_click=_change, args=(_add,))
    if is_only:
        return
    st.button(
        _("Delete this hand"),
        icon=":material/delete:",
        type="tertiary",
        help=_("Only a hand without drawings can be deleted."),
        key=f"hand_delete_{hand.id}",
        on_click=_change,
        args=(get_hands().delete_hand, hand.id),
    )


def _rename(hand: HandInfo, name_key: str) -> None:
    get_hands().rename_hand(hand.id, st.session_state.get(name_key, hand.name))


def _add() -> None:
    if name := st.session_state.get(_ADDED):  # none at a second click
        choose_hand(get_hands().add_hand(name).id)
        st.session_state[_ADDED] = ""


def _change(change: Callable[..., None], *arguments: Any) -> None:
    with keep_hand_error():
        change(*arguments)
