"""Teaching at once: the last layer learns a hand's drawings whenever one is kept or changed."""

from dataclasses import dataclass

import streamlit as st

from mnist_core import teach
from mnist_core.hands import HandInfo, as_split
from mnist_core.hands.store import DEFAULT_NAME
from mnist_core.preprocessing.scaling import as_float
from mnist_core.runs.model_registry import TrainedModel, get_model
from mnist_core.runs.taught_models import list_taught, save_taught
from mnist_core.runs.teaching_base import check_base
from ui import state
from ui.hand_errors import keep_hand_error
from ui.resources import get_classifier, get_hands, get_store


@dataclass(frozen=True)
class LiveTeaching:
    """The taught model that follows the drawings.

    Attributes:
        taught_id: Its id.
        base_id: The id of the model that it is taught from.
        hand_id: The id of the hand.
    """

    taught_id: str
    base_id: str
    hand_id: int


def get_name_in_title(hand: HandInfo) -> str:
    """Return the name of a hand in the titles of taught models, "" for the default name."""
    return "" if hand.name == DEFAULT_NAME else hand.name


def teach_at_once(hand: HandInfo, base: TrainedModel) -> TrainedModel:
    """Teach a model all drawings of a hand, and choose the result on all pages.

    Raises:
        MnistError: The drawings or the model cannot be used, the model was taught before, or the
            result cannot be saved.
    """
    split = as_split(get_hands().list_drawings(hand.id))
    classifier = get_classifier(base)
    check_base(base, classifier)
    result = teach(as_float(split.images), split.labels, base=classifier)
    taught = save_taught(get_store(), base, result, get_name_in_title(hand), hand.id)
    session = st.session_state
    session[state.MODEL_ID] = taught.id
    session[state.LIVE_TEACHING] = LiveTeaching(taught.id, base.id, hand.id)
    return taught


def update_taught(hand_id: int) -> None:
    """Note that a hand's drawings have changed, if its taught model is the chosen one.

    The page is shown first: `teach_changes` teaches the model at its end.
    """
    forget_deleted()
    session = st.session_state
    live: LiveTeaching | None = session.get(state.LIVE_TEACHING)
    if live is not None:
        is_chosen = live.taught_id == session.get(state.MODEL_ID)
        session[state.TEACHING_DUE] = is_chosen and live.hand_id == hand_id


def forget_deleted() -> None:
    """Let no model follow the drawings if the one that did has been deleted, here or elsewhere."""
    session = st.session_state
    live: LiveTeaching | None = session.get(state.LIVE_TEACHING)
    if live is not None and live.taught_id not in {each.id for each in list_taught(get_store())}:
        del session[state.LIVE_TEACHING]
        session[state.TEACHING_DUE] = False


def teach_changes() -> None:
    """Teach the chosen model again if drawings have changed, and then run the page again.

    An error is shown by the next run; the drawings are kept nevertheless.
    """
    session = st.session_state
    if not session.get(state.TEACHING_DUE):
        return
    live: LiveTeaching = session[state.LIVE_TEACHING]
    if live.taught_id != session.get(state.MODEL_ID):  # another one was chosen meanwhile
        session[state.TEACHING_DUE] = False
        return
    with keep_hand_error():
        hand = next((each for each in get_hands().list_hands() if each.id == live.hand_id), None)
        if hand is not None and get_hands().count(hand.id).any():
            teach_at_once(hand, get_model(get_store(), live.base_id))
    session[state.TEACHING_DUE] = False
    st.rerun()
