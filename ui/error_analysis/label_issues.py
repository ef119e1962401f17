"""Training labels that are probably wrong, found by cross-validation, for a person to judge."""

from html import escape
from pathlib import Path

import numpy as np
import streamlit as st

from mnist_core.evaluation.label_issues import LabelIssues, find_label_errors, write_issues_csv
from mnist_core.jobs.cross_validation import FOLDS, CrossValidation, CrossValidationError
from ui import state
from ui.components.html_choices import show_choices
from ui.components.pager import show_pager
from ui.error_analysis.view import View, change_view, clamp_page
from ui.formatting import format_percent, format_probability
from ui.images import digit_html
from ui.language import _
from ui.layout import error_boundary, show_error
from ui.resources import get_data, get_store

ISSUES_PER_PAGE = 24
POLL_SECONDS = 1.0
JUDGMENTS = ("label", "suggested", "neither")


def show_label_issues(view: View) -> None:
    """Show the label issues of the training set, the search's progress, or how to start it."""
    st.html(f'<h2 class="chapter">{_("Label issues in the training set")}</h2>')
    validation = CrossValidation(get_store(), get_data())
    if validation.problem is not None:
        show_error(validation.problem)
        _offer_search(validation, _("Try again"))
    elif validation.progress is None:
        text = _(
            "The reviewers saw the test images only. To find label issues among the 60,000 "
            "training images, {folds} networks are trained, each without one fifth of the images, "
            "which it then classifies. If such a network is confident of another digit than the "
            "label, at least one of the two is wrong. This takes a few minutes and starts after "
            "queued runs.",
            folds=FOLDS,
        )
        st.html(f"<p>{text}</p>")
        _offer_search(validation, _("Find label issues"))
    elif validation.progress < 1:
        _show_progress(validation)
    else:
        _show_issues(view, validation)


def _offer_search(validation: CrossValidation, label: str) -> None:
    def start() -> None:
        try:
            validation.request()
        except CrossValidationError as error:
            st.session_state[state.ERRORS_SEARCH_ERROR] = error

    st.button(label, icon=":material/search:", key="errors_find_issues", on_click=start)
    error = st.session_state.pop(state.ERRORS_SEARCH_ERROR, None)
    if error is not None:
        show_error(error)


def _show_progress(validation: CrossValidation) -> None:
    @st.fragment(run_every=POLL_SECONDS)
    @error_boundary()
    def poll() -> None:
        progress = validation.progress
        if progress is None or progress >= 1 or validation.problem is not None:
            st.rerun()
        percent = format_percent(progress, 0)
        st.progress(
            progress,
            _(
                "Training {folds} networks and classifying the images that each has not seen: "
                "{percent}. You may leave this page meanwhile.",
                folds=FOLDS,
                percent=percent,
            ),
        )

    poll()


def _show_issues(view: View, validation: CrossValidation) -> None:
    found = _find_issues(validation.folder, validation.modified, validation)
    if found is None:
        st.html(f'<p class="note">{_("The last predictions are being written.")}</p>')
        return
    issues, probabilities = found
    if len(issues.indices) == 0:
        st.html(f"<p>{_('No label issues were found in the training set.')}</p>")
        return
    pages = -(-len(issues.indices) // ISSUES_PER_PAGE)
    page = clamp_page(view.page, pages)
    shown = slice((page - 1) * ISSUES_PER_PAGE, page * ISSUES_PER_PAGE)
    judgments: dict[int, str] = st.session_state.setdefault(state.ERRORS_JUDGMENTS, {})
    wrong = sum(judgment != "label" for judgment in judgments.values())
    text = _(
        "Training labels with issues, out of 60,000: <b>{count:,}</b>. A network that had not "
        "seen the image is confident of another digit (confident learning, Northcutt et al., "
        "2021). The most likely errors come first. The network may be wrong, too: what do you see?",
        count=len(issues.indices),
    )
    judged = _(
        "Labels that you have judged: {count:,}; judged to be wrong: {wrong:,}.",
        count=len(judgments),
        wrong=wrong,
    )
    st.html(f'<p>{text}</p><p class="note">{judged}</p>')

    def judge(choice: str) -> None:
        index_text, judgment = choice.split("-")
        index = int(index_text)
        if judgments.get(index) == judgment:
            del judgments[index]
        else:
            judgments[index] = judgment

    cards = "".join(
        _card(int(index), int(suggested), probabilities[index], judgments.get(int(index)))
        for index, suggested in zip(issues.indices[shown], issues.suggested[shown], strict=True)
    )
    show_choices(
        f'<div class="guess judge">{cards}</div>', _("Label issues"), judge, "errors_judge"
    )
    with st.container(horizontal=True, gap="small", vertical_alignment="center"):
        show_pager(page, pages, lambda number: change_view(page=number), "errors_issues")
        st.download_button(
            _("Table as CSV"),
            lambda: write_issues_csv(issues, get_data().train.labels, judgments),
            "label-issues.csv",
            "text/csv",
            icon=":material/table:",
            on_click="ignore",
            key="errors_issues_csv",
            help=_("All label issues with the suggested digit, the margin and your judgment."),
        )


def _card(index: int, suggested: int, probabilities: np.ndarray, judgment: str | None) -> str:
    data = get_data().train
    label = int(data.labels[index])
    names = (str(label), str(suggested), _("neither"))
    image_name = _("Training image {index}", index=index)
    buttons = "".join(
        f'<button data-choice="{index}-{choice}" aria-pressed="{str(judgment == choice).lower()}" '
        f'aria-label="{image_name}: {name}">{name}</button>'
        for choice, name in zip(JUDGMENTS, names, strict=True)
    )
    label_probability = escape(format_probability(probabilities[label]))
    suggested_probability = escape(format_probability(probabilities[suggested]))
    return (
        f"<div>{digit_html(data.images[index], image_name)}"
        f"<p>{_('Label <b>{digit}</b>', digit=label)}<small>{label_probability}</small></p>"
        f"<p>{_('Suggested <b>{digit}</b>', digit=suggested)}"
        f"<small>{suggested_probability}</small></p>"
        f'<div class="keys">{buttons}</div></div>'
    )


@st.cache_resource(max_entries=2, show_spinner=False)
def _find_issues(
    folder: Path, modified: tuple[int, ...], _validation: CrossValidation
) -> tuple[LabelIssues, np.ndarray] | None:
    probabilities = _validation.read_probabilities()
    if probabilities is None:
        return None
    return find_label_errors(probabilities, get_data().train.labels), probabilities
