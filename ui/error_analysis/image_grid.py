"""Many test images as one grid of small pictures, each of which can be chosen."""

from collections.abc import Callable, Sequence

import numpy as np

from mnist_core.evaluation.evaluation import Evaluation
from mnist_core.evaluation.label_issues import DISPUTED, find_disputed
from ui.components.html_choices import show_choices
from ui.formatting import format_percent
from ui.images import digit_html
from ui.resources import get_data

FEW, MANY = 12, 36


def show_pictures(
    evaluation: Evaluation,
    indices: np.ndarray,
    choose: Callable[[int], None],
    key: str,
    captions: Sequence[str] | None = None,
) -> None:
    """Show test images, larger where there are few.

    Args:
        evaluation: The model's answers.
        indices: (n,) int64, the images in order.
        choose: Called with the index of the chosen one.
        key: The widget's key.
        captions: What stands under each; by default label, answer and probability.
    """
    disputed = set(find_disputed(evaluation.labels).tolist())
    captions = captions or [caption(evaluation, int(index)) for index in indices]
    pictures = "".join(
        _picture(int(index), text, int(index) in disputed)
        for index, text in zip(indices, captions, strict=True)
    )
    size = "large" if len(indices) <= FEW else "medium" if len(indices) <= MANY else "small"
    show_choices(
        f'<div class="pictures {size}">{pictures}</div>',
        "Images",
        lambda choice: choose(int(choice)),
        key,
    )


def caption(evaluation: Evaluation, index: int) -> str:
    """Return label and answer, the digit once where they agree, and the answer's probability."""
    true, read = int(evaluation.labels[index]), int(evaluation.predicted[index])
    digits = f"{true}" if true == read else f"{true} → {read}"
    return f"<b>{digits}</b><small>{format_percent(evaluation.probabilities[index].max())}</small>"


def _picture(index: int, text: str, disputed: bool) -> str:
    mark = ""
    if disputed:
        review = DISPUTED[index]
        votes = f"Disputed label: {review.votes_given} of five people saw {review.given}"
        mark = f'<i title="{votes}" aria-label="{votes}">?</i>'
    picture = digit_html(get_data().test.images[index], f"Test image {index}")
    return f'<button data-choice="{index}">{picture}{mark}{text}</button>'
