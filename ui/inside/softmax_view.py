"""The ten probabilities and the loss, computed from the logits with and without the temperature."""

import math
import zlib

import numpy as np
import streamlit as st

from mnist_core.interpretability.activations import LayerActivation
from ui.formatting import format_power
from ui.inside.value_table import format_number
from ui.language import _, join_sentences


def show_softmax(
    activation: LayerActivation, temperature: float, label: int | None, key: str
) -> None:
    """Compute the ten probabilities and the loss for a chosen digit.

    Args:
        activation: An image in the softmax layer.
        temperature: The number by which the app divides the logits; 1 for none.
        label: The image's label, None for a drawing.
        key: The beginning of the widgets' keys.
    """
    logits = activation.input.astype(np.float64)
    log_sum = float(np.logaddexp.reduce(logits))
    # Another image starts at its own digit.
    edition = zlib.crc32(activation.output.tobytes())
    correct = st.pills(
        _("Correct digit"),
        range(10),
        default=int(activation.output.argmax()) if label is None else label,
        key=f"{key}_correct_{edition}",
        required=True,
    )
    if temperature != 1:
        st.html(f"<p>{describe_temperature(temperature)}</p>")
    st.html(_make_table(logits, temperature, correct))
    loss = log_sum - float(logits[correct])
    text = _(
        "A one-hot label is ten numbers: 1 for the {digit} and 0 for all others. The "
        "cross-entropy measures how far the probabilities are from it. It is minus the logarithm "
        "of the probability of the {digit}: −ln {probability} = {loss}. Training minimizes "
        "this loss; its minimum is 0. With label smoothing, a small part of the 1 is first spread "
        "over all ten digits.",
        digit=correct,
        probability=format_power(-loss, 7),
        loss=format_number(loss, 6),
    )
    st.html(f"<p>{text}</p>")


def describe_temperature(temperature: float) -> str:
    """Explain why the probabilities that the app shows differ from the network's own softmax."""
    if temperature > 1:
        reason = _("As it was trained, this network is surer than its accuracy justifies.")
    else:
        reason = _(
            "As it was trained, this network is less sure than its accuracy justifies; label "
            "smoothing often causes this."
        )
    remedy = _(
        "So before the softmax the app divides the logits by a temperature T of "
        "{temperature:.2f}, which was fitted on the validation images to make the cross-entropy "
        "as low as possible. Predictions elsewhere in the app use these calibrated probabilities; "
        "the bars above and the loss below use those of the network itself.",
        temperature=temperature,
    )
    return join_sentences(reason, remedy)


def _make_table(logits: np.ndarray, temperature: float, correct: int) -> str:
    """Return the calculation as a table; with a temperature it has two more columns."""
    log_sum = float(np.logaddexp.reduce(logits))
    columns = {
        _("Logit x"): [format_number(x, 3) for x in logits],
        "eˣ": [_format_power(x) for x in logits],
        f"eˣ / {_format_power(log_sum)}": [f"{math.exp(x - log_sum):.4f}" for x in logits],
    }
    if temperature != 1:
        scaled = logits / temperature
        scaled_sum = float(np.logaddexp.reduce(scaled))
        columns["e^(x/T)"] = [_format_power(x) for x in scaled]
        columns[_("Calibrated: {formula}", formula=f"e^(x/T) / {_format_power(scaled_sum)}")] = [
            f"{math.exp(x - scaled_sum):.4f}" for x in scaled
        ]
    columns[_("One-hot")] = [str(int(digit == correct)) for digit in range(10)]
    head = "".join(f'<th scope="col">{name}</th>' for name in columns)
    lines = "".join(
        f'<tr{" class=own" if digit == correct else ""}><th scope="row">{digit}</th>'
        f"{''.join(f'<td>{cell}</td>' for cell in cells)}</tr>"
        for digit, cells in enumerate(zip(*columns.values(), strict=True))
    )
    return (
        f'<div class="wide" role="region" aria-label="{_("From logits to probabilities")}" '
        'tabindex="0"><table class="steps columns"><thead><tr>'
        f'<th scope="col">{_("Digit")}</th>{head}</tr></thead><tbody>{lines}</tbody></table></div>'
    )


def _format_power(x: float) -> str:
    """Write eˣ with three decimals, a large one as "2.24·10⁷"."""
    return f"{math.exp(x):,.3f}" if x < math.log(1e5) else format_power(x, 3)
