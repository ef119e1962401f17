// Sends the drawing to the server as a data URL as soon as the pen is lifted.

import { inShadows, onCanvas } from "./canvas.js";

const pens = new WeakMap();

export function show(root, frame, send) {
  remove(root);
  const box = document.querySelector(`.st-key-${frame}`);
  if (!box) return;
  const abortController = new AbortController();
  const listen = (type, handler) => addEventListener(type, handler, { capture: true, signal: abortController.signal });
  let pen = null; // the pointer that draws
  const report = () => {
    const drawing = drawingOn(box); // none if the page was left in the meantime
    if (drawing) send("picture", drawing.toDataURL());
  };
  const lower = (event) => {
    if (!event.button && onCanvas(event) && box.contains(event.target)) pen ??= event.pointerId;
  };
  const lift = (event) => {
    if (event.pointerId !== pen) return;
    pen = null;
    // The canvas draws the finished stroke in the next frame.
    requestAnimationFrame(() => requestAnimationFrame(report));
  };
  listen("pointerdown", lower);
  listen("pointerup", lift);
  listen("pointercancel", lift);
  pens.set(root, abortController);
}

export function remove(root) {
  pens.get(root)?.abort();
  pens.delete(root);
}

// A second layer, for a background image, has the same class.
function drawingOn(box) {
  return inShadows(box, ".canvas-container > .lower-canvas")[0];
}
