"""The fifteen test images whose labels most human reviewers did not choose."""

import streamlit as st

from mnist_core.evaluation.evaluation import Evaluation
from mnist_core.evaluation.label_issues import DISPUTED, find_disputed
from ui.components.html_choices import show_choices
from ui.error_analysis.view import change_view
from ui.images import digit_html
from ui.resources import get_data


def show_disputed(evaluation: Evaluation) -> None:
    """Show the disputed test images with the reviewers' votes and the model's predictions."""
    disputed = find_disputed(evaluation.labels)
    st.html('<h2 class="chapter">Disputed labels in the test set</h2>')
    if len(disputed) == 0:
        st.html("<p>MNIST’s own test images were reviewed; these are other test images.</p>")
        return
    count = len(disputed)
    agreed = int((evaluation.predicted[disputed] == evaluation.labels[disputed]).sum())
    st.html(
        "<p>Five people were shown each image with its label and another digit that a network "
        f"had suggested. For each of these {count} images, at most two of the five chose the "
        "label (Northcutt, Athalye and Mueller, 2021). Predicting all "
        f"{count} labels does not mean that a network is better; this one predicts {agreed} of "
        "them. Judge for yourself.</p>"
    )
    cards = "".join(_card(evaluation, int(index)) for index in disputed)
    show_choices(
        f'<div class="pictures disputed-images">{cards}</div>',
        "Disputed images",
        lambda choice: change_view(image=int(choice)),
        "errors_disputed",
    )


def _card(evaluation: Evaluation, index: int) -> str:
    review = DISPUTED[index]
    picture = digit_html(get_data().test.images[index], f"Test image {index}")
    lines = [
        f"Votes for {review.given}: {review.votes_given}",
        f"Votes for {review.other}: {review.votes_other}",
        f"Votes for neither: {review.votes_neither}" if review.votes_neither else "",
        f"Prediction: {evaluation.predicted[index]}",
    ]
    details = "".join(f"<small>{line}</small>" for line in lines if line)
    return f'<button data-choice="{index}">{picture}<b>Label {review.given}</b>{details}</button>'
