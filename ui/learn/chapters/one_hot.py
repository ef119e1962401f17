"""Chapter: one-hot labels, softmax and cross-entropy."""

from html import escape
from types import SimpleNamespace

import numpy as np
import streamlit as st

from mnist_core.course.example import IMAGE
from mnist_core.course.recipe import find_code, take_lines
from mnist_core.course.run_lines import run_lines
from mnist_core.preprocessing.scaling import as_float
from ui.formatting import format_probability
from ui.images import digit_html
from ui.language import _
from ui.learn.cached_results import get_tutorial, get_untrained_values
from ui.learn.code_lines import show_code_lines
from ui.learn.frame import show_parts
from ui.learn.words import show_words
from ui.resources import get_data

LOSS = """\
powers = np.exp(logits - logits.max())
probabilities = powers / powers.sum()  # softmax
loss = -np.log(probabilities[label])  # cross-entropy
print(probabilities.round(3), loss.round(4))
"""
KERAS = SimpleNamespace(
    utils=SimpleNamespace(to_categorical=lambda labels, classes: np.eye(classes)[labels])
)
"""What the lines need of Keras, without importing TensorFlow; a test compares the two."""


def show() -> None:
    """Show labels as vectors, and how wrong a prediction is."""
    show_parts(_show_words, _show_prediction, _show_code, "one-hot")


def _show_words() -> None:
    show_words(
        _(
            "A network does not answer with a digit, but with ten numbers. [Softmax](#softmax) "
            "makes probabilities of them. So the label becomes ten numbers, too: 1 at its digit "
            "and 0 elsewhere, the [one-hot encoding](#one-hot)."
        ),
        _(
            "Now the two can be compared. The [cross-entropy](#cross-entropy) looks at the "
            "probability p of the right digit: the [loss](#loss) is −ln p. It is 0 for certainty, "
            "and large for a confident mistake. Training does nothing but make it smaller."
        ),
    )


def _show_prediction() -> None:
    data = get_data().train
    label = int(data.labels[IMAGE])
    times = {"before": _("Before training"), "after": _("After training")}
    time = st.segmented_control(
        _("The network"),
        list(times),
        format_func=times.__getitem__,
        default="before",
        required=True,
        label_visibility="collapsed",
        key="learn_time",
        persist_state="session",
    )
    probabilities = (
        get_untrained_values().probabilities[0]
        if time == "before"
        else get_tutorial().probabilities(data.images[IMAGE][np.newaxis])[0]
    )
    picture = digit_html(data.images[IMAGE], _("Training image {index}", index=IMAGE))
    probability = float(probabilities[label])
    sentence = _(
        "The right digit, {label}, gets {probability}. The loss is −ln {value:.4f} = {loss:.4f}.",
        label=label,
        probability=format_probability(probability),
        value=probability,
        loss=-np.log(probability),
    )
    st.html(
        f'<div class="compared"><div class="small-hero">{picture}</div>'
        f'{bars_html(probabilities, label)}</div><p class="finding">{escape(sentence)}</p>'
    )


def bars_html(probabilities: np.ndarray, label: int) -> str:
    """Return ten bars of probabilities above the digits and their one-hot label.

    Args:
        probabilities: (10,) in 0..1.
        label: The right digit.
    """
    columns = "".join(
        f'<div class="{"right" if digit == label else ""}"><em>{probability:.2f}</em>'
        f'<i style="height:{100 * probability:.1f}%"></i></div>'
        for digit, probability in enumerate(probabilities.tolist())
    )
    names = "".join(f"<b>{digit}</b>" for digit in range(10))
    target = "".join(f"<span>{int(digit == label)}</span>" for digit in range(10))
    return (
        f'<div class="vector"><div class="columns">{columns}</div><div>{names}</div>'
        f"<small>{escape(_('The label as ten numbers:'))}</small><div>{target}</div></div>"
    )


def _show_code() -> None:
    data = get_data()
    code = find_code("One-hot")
    lines = take_lines(code, 0, 1) + take_lines(code, 2, 3)
    show_code_lines(lines, run_lines(lines, keras=KERAS, train_labels=data.train.labels))
    show_words(_("Output of the trained network for training image {index}:", index=IMAGE))
    logits = get_tutorial().logits(as_float(data.train.images[IMAGE])[np.newaxis])[0]
    show_code_lines(LOSS, run_lines(LOSS, logits=logits, label=int(data.train.labels[IMAGE])))
