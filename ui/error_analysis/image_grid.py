"""Test images as a grid of buttons with captions."""

from collections.abc import Callable, Sequence
from html import escape

import numpy as np

from mnist_core.evaluation.evaluation import Evaluation
from mnist_core.evaluation.label_issues import DISPUTED
from ui.components.html_choices import show_choices
from ui.error_analysis.evaluated_images import format_image_name, get_images, list_disputed
from ui.formatting import format_probability
from ui.images import digit_html
from ui.language import _

MAX_LARGE, MAX_MEDIUM = 12, 36
"""Up to how many images are shown large and medium-sized."""
MAX_IMAGES = 60
"""Up to how many images are shown without a pager."""


def show_image_grid(
    evaluation: Evaluation,
    indices: np.ndarray,
    choose: Callable[[int], None],
    key: str,
    captions: Sequence[str] | None = None,
) -> None:
    """Show test images, larger if there are few.

    Args:
        evaluation: The model's predictions.
        indices: (n,) int64, the images in order.
        choose: Called with the index of the chosen image.
        key: The widget's key.
        captions: The HTML under each image; by default label, prediction and probability.
    """
    disputed = set(list_disputed(evaluation).tolist())
    pixels = get_images()
    captions = captions or [_format_caption(evaluation, int(index)) for index in indices]
    images = "".join(
        _image(int(index), pixels[index], caption, int(index) in disputed)
        for index, caption in zip(indices, captions, strict=True)
    )
    if len(indices) <= MAX_LARGE:
        size = "large"
    else:
        size = "medium" if len(indices) <= MAX_MEDIUM else "small"
    show_choices(
        f'<div class="pictures {size}">{images}</div>',
        _("Images"),
        lambda choice: choose(int(choice)),
        key,
    )


def _format_caption(evaluation: Evaluation, index: int) -> str:
    """Return label → prediction, or the digit alone if they agree, and its probability."""
    true, predicted = int(evaluation.labels[index]), int(evaluation.predicted[index])
    digits = f"{true}" if true == predicted else f"{true} → {predicted}"
    probability = escape(format_probability(evaluation.probabilities[index].max()))
    return f"<b>{digits}</b><small>{probability}</small>"


def _image(index: int, pixels: np.ndarray, caption: str, is_disputed: bool) -> str:
    mark = ""
    if is_disputed:
        review = DISPUTED[index]
        votes = _(
            "Disputed label: {votes_given} of five people chose {given}",
            votes_given=review.votes_given,
            given=review.given,
        )
        mark = f'<i title="{votes}" aria-label="{votes}">?</i>'
    image = digit_html(pixels, format_image_name(index))
    return f'<button data-choice="{index}">{image}{mark}{caption}</button>'
