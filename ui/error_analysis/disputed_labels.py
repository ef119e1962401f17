"""The fifteen test images whose labels most human reviewers did not choose."""

import streamlit as st

from mnist_core.evaluation.evaluation import Evaluation
from mnist_core.evaluation.label_issues import DISPUTED, find_disputed
from ui.components.html_choices import show_choices
from ui.error_analysis.view import change_view
from ui.images import digit_html
from ui.language import _
from ui.resources import get_data


def show_disputed(evaluation: Evaluation) -> None:
    """Show the disputed test images with the reviewers' votes and the model's predictions."""
    disputed = find_disputed(evaluation.labels)
    st.html(f'<h2 class="chapter">{_("Disputed labels in the test set")}</h2>')
    if len(disputed) == 0:
        text = _("MNIST’s own test images were reviewed; these are other test images.")
        st.html(f"<p>{text}</p>")
        return
    count = len(disputed)
    agreed = int((evaluation.predicted[disputed] == evaluation.labels[disputed]).sum())
    text = _(
        "Five people were shown each image with its label and another digit that a network had "
        "suggested. For each of these {count} images, at most two of the five chose the label "
        "(Northcutt, Athalye and Mueller, 2021). Predicting all {count} labels does not mean that "
        "a network is better; this one predicts {agreed} of them. Judge for yourself.",
        count=count,
        agreed=agreed,
    )
    st.html(f"<p>{text}</p>")
    cards = "".join(_card(evaluation, int(index)) for index in disputed)
    show_choices(
        f'<div class="pictures disputed-images">{cards}</div>',
        _("Disputed images"),
        lambda choice: change_view(image=int(choice)),
        "errors_disputed",
    )


def _card(evaluation: Evaluation, index: int) -> str:
    review = DISPUTED[index]
    picture = digit_html(get_data().test.images[index], _("Test image {index}", index=index))
    lines = [
        _("Votes for {given}: {votes_given}", given=review.given, votes_given=review.votes_given),
        _("Votes for {other}: {votes_other}", other=review.other, votes_other=review.votes_other),
        _("Votes for neither: {votes_neither}", votes_neither=review.votes_neither)
        if review.votes_neither
        else "",
        _("Prediction: {predicted}", predicted=evaluation.predicted[index]),
    ]
    details = "".join(f"<small>{line}</small>" for line in lines if line)
    title = _("Label {label}", label=review.given)
    return f'<button data-choice="{index}">{picture}<b>{title}</b>{details}</button>'
