// Ends strokes that the canvas component leaves open: it does not hear of touches that are cancelled,
// and ignores the end of a touch while another finger is on the screen. The next stroke would
// discard the open one.

import { onCanvas } from "./canvas.js";

const drawing = new WeakMap(); // the identifier of the touch that draws on a canvas

export function endTouches(box, signal) {
  const begin = (event) => {
    const [touch] = event.changedTouches;
    const isFirst = event.touches.length === event.changedTouches.length;
    if (onCanvas(event) && (isFirst || !drawing.has(box))) drawing.set(box, touch.identifier);
  };
  const end = (event) => {
    const touch = [...event.changedTouches].find(({ identifier }) => identifier === drawing.get(box));
    if (!touch || !onCanvas(event)) return;
    drawing.delete(box);
    if (event.type === "touchend" && event.touches.length === 0) return;
    const options = { bubbles: true, composed: true, changedTouches: [touch] };
    event.composedPath()[0].dispatchEvent(new TouchEvent("touchend", options));
  };
  const options = { capture: true, passive: true, signal };
  box.addEventListener("touchstart", begin, options);
  for (const type of ["touchend", "touchcancel"]) box.addEventListener(type, end, options);
}
