// What the page adds to the canvas component: a ghost of a digit while it is blank, and its own
// Undo and Clear in place of the component's toolbar, which covers what stands above the canvas
// and does not show on touch screens.

const pens = new WeakMap();

export function show(root, { frame, blank }) {
  remove(root);
  const box = document.querySelector(`.st-key-${frame}`);
  if (!box) return;
  box.toggleAttribute("data-blank", blank);
  inShadows(box, ".dc-toolbar")[0]?.style.setProperty("display", "none", "important");
  const listening = new AbortController();
  const touched = (event) => onCanvas(event) && box.removeAttribute("data-blank");
  box.addEventListener("pointerdown", touched, { capture: true, signal: listening.signal });
  pens.set(root, listening);
}

export function remove(root) {
  pens.get(root)?.abort();
  pens.delete(root);
}

/** Whether a pointer event is on a canvas, which lies in its component's shadow tree. */
export function onCanvas(event) {
  return event.composedPath()[0].tagName === "CANVAS";
}

/** Returns the elements that match a selector in the shadow trees below a box. */
export function inShadows(box, selector) {
  return [...(box?.querySelectorAll("*") ?? [])].flatMap((node) => [
    ...(node.shadowRoot?.querySelectorAll(selector) ?? []),
  ]);
}
