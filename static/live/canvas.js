// Additions to the canvas component: a pale digit while the canvas is blank, and no toolbar. The
// toolbar would cover the page above the canvas and is invisible on touch screens; the page has its
// own Undo and Clear.

import { followKeys } from "./keyboard_pen.js";
import { endTouches } from "./touch_ends.js";

const pens = new WeakMap();
const drawn = new WeakMap(); // the number of strokes on a canvas
const pointers = new WeakMap(); // the pointer that draws on a canvas
const readers = new WeakMap(); // who reads the labels that are typed for a canvas
const early = new WeakMap(); // a label that was typed while nobody read them
const presses = new WeakMap(); // Ctrl+Z and Ctrl+Shift+Z, until the server has handled them
const LONGEST_WAIT = 2000; // in ms, during which the server has nothing to do
// Enter has a meaning of its own on them.
const CONTROLS = "button, a, summary, [role=button], [role=radio], [role=option], [role=slider]";
const noToolbar = new CSSStyleSheet();
noToolbar.replaceSync(".dc-toolbar { display: none !important; }");

export function show(root, { frame, strokes, pen, edition, words, handled }, send) {
  remove(root);
  const box = document.querySelector(`.st-key-${frame}`);
  if (!box) return;
  box.toggleAttribute("data-blank", strokes === 0);
  box.dataset.strokes = strokes; // as many as the server knows
  box.dataset.pen = pen; // the width of the next stroke
  const isReplaced = box.dataset.edition !== String(edition);
  box.dataset.edition = edition;
  if (isReplaced) early.delete(box);
  const { last = 0, waiting = [] } = presses.get(box) ?? {};
  presses.set(box, { last: Math.max(last, handled), waiting: waiting.filter(([number]) => number > handled) });
  drawn.set(box, isReplaced ? strokes : Math.max(strokes, drawn.get(box) ?? 0));
  const abortController = new AbortController();
  hideToolbar(box, abortController.signal);
  const touched = (event) => {
    const isSecond = !event.isPrimary && pointers.has(box); // another finger, which does not draw
    if (!onCanvas(event) || event.button || isSecond) return;
    pointers.set(box, event.pointerId);
    box.removeAttribute("data-blank");
    early.delete(box); // it was another drawing
    drawn.set(box, drawn.get(box) + 1);
  };
  const lifted = (event) => pointers.get(box) === event.pointerId && pointers.delete(box);
  const pressed = (event) => {
    const label = readLabel(event);
    if (label !== undefined && !readers.has(box) && drawn.get(box) > 0) early.set(box, label);
    if (event.key.toLowerCase() !== "z" || !(event.ctrlKey || event.metaKey) || isTyping(event)) return;
    event.preventDefault();
    whenKnown(box, () => {
      const own = presses.get(box);
      own.waiting.push([++own.last, event.shiftKey ? "redo" : "undo"]);
      send("presses", own.waiting);
    });
  };
  addEventListener("keydown", pressed, { signal: abortController.signal });
  const options = { capture: true, signal: abortController.signal };
  box.addEventListener("pointerdown", touched, options);
  addEventListener("pointerup", lifted, options);
  addEventListener("pointercancel", lifted, options);
  endTouches(box, abortController.signal);
  followKeys(box, words, abortController.signal);
  pens.set(root, abortController);
}

export function remove(root) {
  pens.get(root)?.abort();
  pens.delete(root);
}

/** Calls an action as soon as the server knows all strokes of a canvas, or has long been idle. */
export function whenKnown(box, action) {
  let deadline = performance.now() + LONGEST_WAIT;
  const check = () => {
    const isRunning = document.querySelector("[data-test-script-state='running']") !== null;
    if (isRunning) deadline = performance.now() + LONGEST_WAIT;
    const isKnown = Number(box.dataset.strokes) >= (drawn.get(box) ?? 0);
    if (!isKnown && performance.now() < deadline) return requestAnimationFrame(check);
    drawn.set(box, Number(box.dataset.strokes));
    return action();
  };
  check();
}

/** Returns the label that a key gives to a drawing, null for the predicted one, undefined for none. */
export function readLabel(event) {
  if (event.ctrlKey || event.metaKey || event.altKey || event.repeat || isTyping(event)) return undefined;
  if (/^[0-9]$/.test(event.key)) return Number(event.key);
  return event.key === "Enter" && !event.composedPath()[0].closest?.(CONTROLS) ? null : undefined;
}

/** Leaves the labels that are typed for a canvas to a reader; returns one that came before it, once. */
export function startReading(box, reader) {
  const label = early.get(box);
  early.delete(box);
  if (box) readers.set(box, reader);
  return label;
}

export function stopReading(box, reader) {
  if (readers.get(box) === reader) readers.delete(box);
}

/** Returns whether a key is pressed in a field for text. */
export function isTyping(event) {
  return event.composedPath()[0].closest?.("input:not([type=range]), textarea, select, [contenteditable]") != null;
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
