"""Custom HTML with choices, for mouse, touch and keyboard.

The arrow keys move between the choices, left and right also from one row to the next; the tab key
treats them as one group. Choices that are made while the script runs wait in the browser until the
script has handled them, since Streamlit keeps only the last message.
"""

from collections.abc import Callable
from typing import Any

import streamlit as st

from ui.components.received import is_shown
from ui.components.waiting_choices import take_new
from ui.components.widget_value import with_value

_JS = """
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

function findNext(choices, from, [dx, dy]) {
  const middle = (element) => {
    const box = element.getBoundingClientRect();
    return [box.x + box.width / 2, box.y + box.height / 2];
  };
  const [x, y] = middle(from);
  let next = null, nearest = Infinity;
  for (const choice of choices) {
    const [cx, cy] = middle(choice);
    const ahead = (cx - x) * dx + (cy - y) * dy;
    const aside = Math.abs((cx - x) * dy) + Math.abs((cy - y) * dx);
    if (ahead > 1 && ahead + 4 * aside < nearest) [next, nearest] = [choice, ahead + 4 * aside];
  }
  // At the end of a row, the order of the choices leads on.
  return next ?? (dx ? choices[choices.indexOf(from) + dx] : null);
}

export default ({ data, parentElement, setTriggerValue }) => {
  const frame = parentElement.querySelector(".choices");
  frame.className = `choices ${data.name}`;
  const focused = frame.contains(document.activeElement) && document.activeElement.dataset.choice;
  // An element that is replaced between pressing and releasing the button gets no click.
  if (frame.shown !== data.html) frame.innerHTML = frame.shown = data.html;
  frame.ariaLabel = data.label;
  frame.waiting = (frame.waiting ?? []).filter(([number]) => number > data.handled);
  const choose = (choice) => {
    const [last] = frame.waiting.at(-1) ?? [data.handled];
    frame.waiting.push([last + 1, choice]);
    setTriggerValue("choices", frame.waiting);
  };
  const choices = [...frame.querySelectorAll("[data-choice]")];
  const reach = (one) => choices.forEach((choice) => (choice.tabIndex = choice === one ? 0 : -1));
  for (const choice of choices) {
    choice.onclick = () => choose(choice.dataset.choice);
    choice.onfocus = () => reach(choice);
    if (choice.dataset.choice === focused) choice.focus({ preventScroll: true });
  }
  if (!frame.contains(document.activeElement)) {
    reach(choices.find((choice) => choice.ariaPressed === "true") ?? choices[0]);
  }
  frame.onkeydown = (event) => {
    if (event.altKey || event.ctrlKey || event.metaKey) return; // such as the browser's Back
    const next = event.key in ARROWS && findNext(choices, event.target, ARROWS[event.key]);
    if (!next) return;
    event.preventDefault();
    next.focus();
  };
};
"""

_show = st.components.v2.component(
    "choices",
    html='<div class="choices" role="group"></div>',
    js=_JS,
    isolate_styles=False,
)


def show_choices(
    html: str, label: str, choose: Callable[[str], None], key: str, name: str = ""
) -> None:
    """Show HTML and report the choices that are clicked.

    Args:
        html: HTML in which each choice is a button with a `data-choice`.
        label: The name of the group for screen readers.
        choose: Called with the `data-choice` of each clicked button before the script reruns; it
            occurs in the HTML.
        key: The widget's key.
        name: A CSS class of the surrounding element, which stays when the HTML is replaced.
    """
    handled = f"{key}_handled"

    def report(value: Any) -> None:
        for choice in take_new(value.get("choices"), handled):
            if is_shown(choice, html):
                choose(choice)

    data = {"html": html, "label": label, "name": name, "handled": st.session_state.get(handled, 0)}
    _show(data=data, key=key, on_choices_change=with_value(key, report))
