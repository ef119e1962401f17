"""Training labels that are probably wrong, found by cross-validation, for the person to judge."""

from pathlib import Path

import numpy as np
import pandas as pd
import streamlit as st

from mnist_core.evaluation.label_issues import LabelIssues, find_label_errors
from mnist_core.jobs.cross_validation import FOLDS, CrossValidation, CrossValidationError
from ui import state
from ui.components.html_choices import show_choices
from ui.error_analysis.address import change_view, hold_page
from ui.formatting import format_count, format_percent
from ui.images import digit_html
from ui.layout import error_boundary, show_error
from ui.resources import get_data, get_store

PAGE = 24
POLL_SECONDS = 1.0
VERDICTS = ("label", "suggested", "neither")


def show_label_doubts() -> None:
    """Show the doubtful training labels, or how to have them looked for, or how far that is."""
    st.html('<h2 class="chapter">Doubtful labels among the training images</h2>')
    validation = CrossValidation(get_store(), get_data())
    if validation.problem is not None:
        show_error(validation.problem)
        _offer_start(validation, "Try again")
    elif validation.progress is None:
        st.html(
            "<p>The review covered the test images only. To find doubtful labels among the 60,000 "
            f"training images, {FOLDS} networks are trained, each on four fifths of them, and each "
            "is asked about the fifth that it has not seen. Where such a network is sure of "
            "another digit than the label, one of the two is wrong. It takes a few minutes, after "
            "any training that waits.</p>"
        )
        _offer_start(validation, "Look for doubtful labels")
    elif validation.progress < 1:
        _wait(validation)
    else:
        _show_doubts(validation)


def _offer_start(validation: CrossValidation, label: str) -> None:
    def start() -> None:
        try:
            validation.request()
        except CrossValidationError as error:
            st.session_state[state.ERRORS_REFUSAL] = str(error)

    st.button(label, icon=":material/search:", key="errors_doubts", on_click=start)
    refusal = st.session_state.pop(state.ERRORS_REFUSAL, None)
    if refusal is not None:
        show_error(refusal)


def _wait(validation: CrossValidation) -> None:
    @st.fragment(run_every=POLL_SECONDS)
    @error_boundary()
    def poll() -> None:
        progress = validation.progress
        if progress is None or progress >= 1 or validation.problem is not None:
            st.rerun()
        st.progress(
            progress,
            f"{FOLDS} networks are trained, and each is asked about the images that it has not "
            f"seen: {format_percent(progress, 0)}. You may leave this page meanwhile.",
        )

    poll()


def _show_doubts(validation: CrossValidation) -> None:
    doubts, probabilities = _find_doubts(validation)
    if doubts is None or probabilities is None:
        st.html('<p class="note">The answers are being completed.</p>')
        return
    count = len(doubts.indices)
    if count == 0:
        st.html("<p>No training label is in doubt.</p>")
        return
    pages = -(-count // PAGE)
    page = hold_page(pages)
    shown = slice((page - 1) * PAGE, page * PAGE)
    judged: dict[int, str] = st.session_state.setdefault(state.ERRORS_JUDGED, {})
    wrong = sum(verdict != "label" for verdict in judged.values())
    st.html(
        f"<p>Of the 60,000 training labels, <b>{count:,}</b> are in doubt: a network that had not "
        "seen the image is confident of another digit (confident learning, Northcutt et al., "
        "2021). The likeliest errors come first. The network may be the one that errs: what do "
        "you see?</p>"
        f'<p class="note">You have judged {len(judged):,} of them and found '
        f"{format_count(wrong, 'label')} wrong.</p>"
    )

    def judge(choice: str) -> None:
        index, verdict = choice.split("-")
        if judged.get(int(index)) == verdict:
            del judged[int(index)]
        else:
            judged[int(index)] = verdict

    cards = "".join(
        _card(int(index), int(suggested), probabilities[index], judged.get(int(index)))
        for index, suggested in zip(doubts.indices[shown], doubts.suggested[shown], strict=True)
    )
    show_choices(
        f'<div class="guess judge">{cards}</div>', "Doubtful labels", judge, "errors_judge"
    )
    with st.container(horizontal=True, gap="small", vertical_alignment="center"):
        st.button(
            "Previous page",
            icon=":material/chevron_left:",
            disabled=page == 1,
            key="errors_doubts_previous",
            on_click=lambda: change_view(page=page - 1),
        )
        st.html(f'<p class="note">Page {page:,} of {pages:,}</p>', width="content")
        st.button(
            "Next page",
            icon=":material/chevron_right:",
            disabled=page == pages,
            key="errors_doubts_next",
            on_click=lambda: change_view(page=page + 1),
        )
        st.download_button(
            "Table as CSV",
            lambda: write_doubts(doubts, judged),
            "doubtful-labels.csv",
            "text/csv",
            icon=":material/table:",
            on_click="ignore",
            key="errors_doubts_csv",
            help="Every doubtful label with the suggested digit, the margin and your judgement.",
        )


def _card(index: int, suggested: int, probabilities: np.ndarray, verdict: str | None) -> str:
    data = get_data().train
    label = int(data.labels[index])
    names = (str(label), str(suggested), "neither")
    buttons = "".join(
        f'<button data-choice="{index}-{choice}" aria-pressed="{str(verdict == choice).lower()}" '
        f'aria-label="Training image {index} is {name}">{name}</button>'
        for choice, name in zip(VERDICTS, names, strict=True)
    )
    return (
        f"<div>{digit_html(data.images[index], f'Training image {index}')}"
        f"<p>Label <b>{label}</b><small>{format_percent(probabilities[label])}</small></p>"
        f"<p>Perhaps "
        f"<b>{suggested}</b><small>{format_percent(probabilities[suggested])}</small></p>"
        f'<div class="keys">{buttons}</div></div>'
    )


def write_doubts(doubts: LabelIssues, judged: dict[int, str]) -> str:
    """Return the doubts with what a person judged, as comma-separated lines."""
    table = pd.DataFrame(
        {
            "index": doubts.indices,
            "label": get_data().train.labels[doubts.indices],
            "suggested": doubts.suggested,
            "margin": doubts.margins,
            "judgement": [judged.get(index, "") for index in doubts.indices.tolist()],
        }
    )
    return table.to_csv(index=False, lineterminator="\n")


def _find_doubts(validation: CrossValidation) -> tuple[LabelIssues | None, np.ndarray | None]:
    return _judge(validation.folder, validation.modified, validation)


@st.cache_resource(max_entries=2, show_spinner=False)
def _judge(
    folder: Path, modified: tuple[int, ...], _validation: CrossValidation
) -> tuple[LabelIssues | None, np.ndarray | None]:
    probabilities = _validation.probabilities
    if probabilities is None:
        return None, None
    return find_label_errors(probabilities, get_data().train.labels), probabilities
