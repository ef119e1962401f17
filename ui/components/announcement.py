"""What appears on the page while it is used, read aloud by screen readers."""

import streamlit as st

# A screen reader announces what is written into an element that it knows already. The page's own
# elements are often replaced together with their texts.
_JS = """
const status = document.body.appendChild(document.createElement("p"));
status.className = "unseen";
status.role = "status";
const announced = new Map();
let clearing;
const NO_TEXT = "[role='img'], [data-testid='stIconMaterial'], button"; // icons have their names

const read = (part) => {
  if (!part) return "";
  const texts = [];
  const walker = document.createTreeWalker(part, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    if (!walker.currentNode.parentElement.closest(NO_TEXT)) texts.push(walker.currentNode.data);
  }
  return texts.join(" ").trim();
};

// The part is shown after this component, sometimes only once its code is loaded.
const announceSoon = (part, tries) =>
  setTimeout(() => {
    const text = read(document.querySelector(`.st-key-${part}`));
    if (!text && tries) return announceSoon(part, tries - 1);
    status.textContent = text;
    clearTimeout(clearing);
    clearing = setTimeout(() => (status.textContent = ""), 10_000);
  }, 300);

export default ({ data: { part, text } }) => {
  const forget = () => announced.delete(part); // so that it is announced when it appears again
  if (announced.get(part) === text) return forget;
  announced.set(part, text);
  announceSoon(part, 20);
  return forget;
};
"""

_announce = st.components.v2.component("announcement", js=_JS)


def announce(part: str, text: str) -> None:
    """Have a part of the page read aloud if its text has changed.

    Args:
        part: The key of its container.
        text: What tells whether it has changed.
    """
    _announce(data={"part": part, "text": text}, key=f"{part}_announcement", height=0)
