"""Chapter: how a network learns, by one weight, a batch, and the learning rate."""

from html import escape

import numpy as np
import streamlit as st

from mnist_core.course.example import CLASSES, IMAGE
from mnist_core.course.learning_rates import RATES, STEPS, read_curves
from mnist_core.course.one_weight import NUDGE, PLACES, WeightStep
from mnist_core.course.recipe import CONFIG, list_layers
from mnist_core.course.run_lines import run_lines
from ui.language import _
from ui.learn.cached_results import (
    get_first_weights,
    get_loss_curve,
    get_tried_rates,
    get_untrained_values,
    get_weight_step,
)
from ui.learn.code_lines import show_code_lines
from ui.learn.frame import show_parts
from ui.learn.loss_charts import show_loss_of_weight, show_rates, show_runs
from ui.learn.words import show_words
from ui.resources import get_data

STEP_RATES = (1, 5, 20)
TRIED_RATES = (0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0)
LINES = f"""\
learning_rate = {CONFIG.learning_rate:g}
gradient = np.outer(hidden, probabilities - one_hot)
kernel = kernel - learning_rate * gradient
logits = hidden @ kernel + bias
after = np.exp(logits) / np.exp(logits).sum()
print(-np.log(probabilities[label]).round(4), -np.log(after[label]).round(4))
"""


def show() -> None:
    """Show the gradient of one weight, a step, and what the learning rate does."""
    show_parts(_show_words, _show_weight, _show_code, "learning")
    _show_batch()


def _show_words() -> None:
    parameters = sum(layer.parameters for layer in list_layers())
    show_words(
        _(
            "A network begins with random [weights](#weight). Training asks of each: were it a "
            "little larger, would the [loss](#loss) rise or fall, and how fast? The answer is its "
            "[gradient](#gradient), the slope of the curve. Then the weight takes a step downhill: "
            "[gradient descent](#gradient-descent)."
        ),
        _(
            "You can find a gradient by nudging the weight and looking at the loss. For {count} "
            "weights that would take as many runs of the network. [Backpropagation]"
            "(#backpropagation) needs two: by the chain rule it goes from the loss back through "
            "the layers. Both give the same number.",
            count=f"{parameters:,}",
        ),
    )


@st.fragment
def _show_weight() -> None:
    names = {
        "convolution": _("Convolution"),
        "dense": _("Dense layer"),
        "last": _("Last layer"),
    }
    with st.container(horizontal=True, vertical_alignment="bottom"):
        place = st.segmented_control(
            _("A weight of the"),
            list(names),
            format_func=names.__getitem__,
            default="convolution",
            required=True,
            key="learn_layer",
            persist_state="session",
        )
        rate = st.segmented_control(
            _("Learning rate"),
            STEP_RATES,
            format_func=lambda rate: f"{rate:g}",
            default=STEP_RATES[0],
            required=True,
            key="learn_rate",
            persist_state="session",
        )
    step = get_weight_step(place, rate)
    reach = 1.15 * STEP_RATES[-1] * abs(step.gradient)
    curve = get_loss_curve(place, step.weight - reach, step.weight + reach)
    show_loss_of_weight(curve, step)
    st.html(_table_html(step, place, rate))


def _table_html(step: WeightStep, place: str, rate: float) -> str:
    rows = [
        (_("Weight {index}", index=list(PLACES[place][1])), f"{step.weight:.5f}"),
        (_("Gradient, by the chain rule"), _format_chain(step)),
        (
            _("Gradient, by a nudge of {nudge}", nudge=f"{NUDGE:g}"),
            f"{step.nudged:.5f}",
        ),
        (
            _("Weight − learning rate × gradient"),
            f"{step.weight:.5f} − {rate:g} × {step.gradient:.5f} = {step.new_weight:.5f}",
        ),
        (
            _("Loss, before and after"),
            f"{step.loss:.5f} → {step.new_loss:.5f}",
        ),
    ]
    body = "".join(
        f"<tr><td>{escape(name)}</td><td>{escape(value)}</td></tr>".replace("-", "−")
        for name, value in rows
    )
    return f'<table class="facts weight-step"><tbody>{body}</tbody></table>'


def _format_chain(step: WeightStep) -> str:
    if step.factors is None:
        return f"{step.gradient:.5f}"
    slope, value = step.factors
    return f"{value:.5f} × {slope:.5f} = {step.gradient:.5f}"  # in the order of np.outer


def _show_code() -> None:
    label = int(get_data().train.labels[IMAGE])
    values, weights = get_untrained_values(), get_first_weights()
    show_words(_("All weights of the last layer at once, for training image {index}:", index=IMAGE))
    show_code_lines(
        LINES,
        run_lines(
            LINES,
            hidden=values.hidden[0],
            probabilities=values.probabilities[0],
            one_hot=np.eye(CLASSES)[label],
            kernel=weights[4],
            bias=weights[5],
            label=label,
        ),
    )
    show_words(
        _(
            "The gradient’s first factor is the value that the weight multiplies; the second is "
            "the slope of the loss with the sum, probability minus label. That is the chain rule."
        )
    )


def _show_batch() -> None:
    st.html(f'<h3 class="chapter-section">{escape(_("A batch, and how far to step"))}</h3>')
    show_words(
        _(
            "A step for one image may be wrong for others. So each step takes the mean gradient of "
            "a [batch](#batch), here {size} images. How far it goes is the "
            "[learning rate](#learning-rate): too small, and nothing happens; too large, and the "
            "step leaps over the valley.",
            size=CONFIG.batch_size,
        )
    )
    left, right = st.columns(2, gap="large")
    with left:
        before, after = get_tried_rates(TRIED_RATES)
        show_rates(TRIED_RATES, before, after)
    with right:
        show_runs(read_curves(), RATES, STEPS)
