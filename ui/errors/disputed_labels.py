"""The fifteen test images whose labels most people do not see in them."""

import streamlit as st

from mnist_core.evaluation import Evaluation
from mnist_core.label_errors import DISPUTED, find_disputed
from ui.choices import show_choices
from ui.digits import digit_html
from ui.errors.address import change_view
from ui.resources import get_data


def show_disputed(evaluation: Evaluation) -> None:
    """Show the disputed test images with the votes on them and the model's answers."""
    disputed = find_disputed(evaluation.labels)
    st.html('<h2 class="chapter">Disputed labels among the test images</h2>')
    if len(disputed) == 0:
        st.html("<p>The reviewed images are MNIST’s own; these test images are others.</p>")
        return
    agreed = int((evaluation.predicted[disputed] == evaluation.labels[disputed]).sum())
    st.html(
        "<p>Five people were shown each image with its label and another digit that a network "
        f"had suggested. Of these {len(disputed)} fewer than three chose the label (Northcutt, "
        "Athalye and Mueller, 2021). A network that reads all of them as labelled has not "
        f"understood more; this one reads {agreed} so. Judge for yourself.</p>"
    )
    cards = "".join(_card(evaluation, int(index)) for index in disputed)
    show_choices(
        f'<div class="pictures doubts">{cards}</div>',
        "Disputed images",
        lambda choice: change_view(image=int(choice)),
        "errors_disputed",
    )


def _card(evaluation: Evaluation, index: int) -> str:
    review = DISPUTED[index]
    picture = digit_html(get_data().test.images[index], f"Test image {index}")
    return (
        f'<button data-choice="{index}">{picture}<b>Label {review.given}</b>'
        f"<small>{review.votes_given} saw {review.given}, {review.votes_other} saw {review.other}"
        + (f", {review.votes_neither} saw neither" if review.votes_neither else "")
        + f"</small><small>the model reads {evaluation.predicted[index]}</small></button>"
    )
