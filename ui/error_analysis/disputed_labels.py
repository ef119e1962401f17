"""The fifteen test images whose labels most people do not see in them."""

import streamlit as st

from mnist_core.evaluation.evaluation import Evaluation
from mnist_core.evaluation.label_issues import DISPUTED, find_disputed
from ui.components.html_choices import show_choices
from ui.error_analysis.address import change_view
from ui.images import digit_html
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
        f"had suggested. For each of these {len(disputed)}, at most two of the five people chose "
        f"the label (Northcutt, Athalye and Mueller, 2021). Reading all {len(disputed)} as "
        f"labeled is no sign of a better network; this one agrees with {agreed} of the labels. "
        "Judge for yourself.</p>"
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
    sentences = [
        f"{review.votes_given} saw {review.given}, {review.votes_other} saw {review.other}.",
        f"{review.votes_neither} saw neither." if review.votes_neither else "",
        f"The model reads {evaluation.predicted[index]}.",
    ]
    lines = "".join(f"<small>{sentence}</small>" for sentence in sentences if sentence)
    return f'<button data-choice="{index}">{picture}<b>Label {review.given}</b>{lines}</button>'
