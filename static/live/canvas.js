// Additions to the canvas component: a pale digit while the canvas is blank, and no toolbar. The
// toolbar would cover the page above the canvas and is invisible on touch screens; the page has its
// own Undo and Clear.

import { followKeys } from "./keyboard_pen.js";

const pens = new WeakMap();
const noToolbar = new CSSStyleSheet();
noToolbar.replaceSync(".dc-toolbar { display: none !important; }");

export function show(root, { frame, strokes, pen, words }) {
  remove(root);
  const box = document.querySelector(`.st-key-${frame}`);
  if (!box) return;
  box.toggleAttribute("data-blank", strokes === 0);
  box.dataset.strokes = strokes; // as many as the server knows
  box.dataset.pen = pen; // the width of the next stroke
  const abortController = new AbortController();
  hideToolbar(box, abortController.signal);
  const touched = (event) => onCanvas(event) && box.removeAttribute("data-blank");
  box.addEventListener("pointerdown", touched, { capture: true, signal: abortController.signal });
  followKeys(box, words, abortController.signal);
  pens.set(root, abortController);
}

export function remove(root) {
  pens.get(root)?.abort();
  pens.delete(root);
}

/** Hides the component's toolbar as soon as it exists; every rendering creates a new one. */
function hideToolbar(box, signal) {
  if (signal.aborted) return;
  const sheets = inShadows(box, ".dc-toolbar")[0]?.getRootNode().adoptedStyleSheets;
  if (!sheets) requestAnimationFrame(() => hideToolbar(box, signal));
  else if (!sheets.includes(noToolbar)) sheets.push(noToolbar);
}

/** Returns whether a pointer event is on a canvas, inside its component's shadow tree. */
export function onCanvas(event) {
  return event.composedPath()[0].tagName === "CANVAS";
}

/** Returns the elements that match a selector in the shadow trees below a box. */
export function inShadows(box, selector) {
  return [...(box?.querySelectorAll("*") ?? [])].flatMap((node) => [
    ...(node.shadowRoot?.querySelectorAll(selector) ?? []),
  ]);
}
