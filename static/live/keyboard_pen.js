// A pen for the keyboard: the arrow keys move it, the space bar puts it down and lifts it.
//
// The canvas component and the predictions follow the mouse, so the pen sends the events of a mouse.

import { inShadows } from "./canvas.js";

const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
const STEP = 0.03; // of the canvas's width; with the shift key, three times as much
const EDGE = 0.02;
const positions = new WeakMap();

/** Listens to the keys while the canvas in a box has the focus. */
export function followKeys(box, words, signal) {
  const field = box.querySelector("[class*='_canvas'][class*='st-key-']:not([class*='_script'])");
  if (!field) return;
  field.tabIndex = 0;
  field.dataset.penKeys = "";
  field.setAttribute("role", "application");
  field.setAttribute("aria-label", words.label);
  const pen = new Pen(box, field, words);
  field.addEventListener("focus", () => field.matches(":focus-visible") && pen.show(), { signal });
  field.addEventListener("blur", () => pen.hide(), { signal });
  field.addEventListener("keydown", (event) => pen.press(event), { signal });
  signal.addEventListener("abort", () => pen.remove());
  if (document.activeElement === field && positions.get(field)?.shown) pen.show();
}

class Pen {
  constructor(box, field, words) {
    Object.assign(this, { box, field, words });
    if (!positions.has(field)) positions.set(field, { x: 0.5, y: 0.3, down: false, shown: false });
    this.at = positions.get(field);
    this.cross = this.add("pen-cross");
    this.hint = this.add("pen-hint");
    this.hint.textContent = words.hint;
    this.hint.setAttribute("aria-hidden", "true");
    this.status = this.add("unseen");
    this.status.setAttribute("role", "status");
    this.cross.hidden = this.hint.hidden = true;
  }

  add(name) {
    const element = Object.assign(document.createElement("div"), { className: name });
    this.box.append(element);
    return element;
  }

  remove() {
    for (const element of [this.cross, this.hint, this.status]) element.remove();
  }

  get canvas() {
    return inShadows(this.box, ".upper-canvas")[0];
  }

  show() {
    this.at.shown = true;
    this.cross.hidden = false;
    this.hint.hidden = this.box.dataset.strokes !== "0" || this.at.down;
    const surface = this.canvas?.getBoundingClientRect();
    if (!surface) return;
    const frame = this.box.getBoundingClientRect();
    this.cross.style.left = `${surface.left - frame.left + this.at.x * surface.width}px`;
    this.cross.style.top = `${surface.top - frame.top + this.at.y * surface.height}px`;
    const size = `${(this.box.dataset.pen * surface.width) / this.canvas.width}px`;
    Object.assign(this.cross.style, { width: size, height: size });
    this.cross.classList.toggle("down", this.at.down);
  }

  hide() {
    this.lift();
    this.at.shown = false;
    this.cross.hidden = this.hint.hidden = true;
  }

  press(event) {
    if (event.target !== this.field || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key in ARROWS) this.move(ARROWS[event.key], event.shiftKey ? 3 * STEP : STEP);
    else if (event.key === " ") {
      if (!event.repeat) this.at.down ? this.lift() : this.lower();
    } else if (event.key === "Escape") this.lift();
    else return;
    event.preventDefault();
    this.show();
  }

  move([dx, dy], step) {
    this.at.x = Math.min(1 - EDGE, Math.max(EDGE, this.at.x + dx * step));
    this.at.y = Math.min(1 - EDGE, Math.max(EDGE, this.at.y + dy * step));
    if (this.at.down) this.send("move");
  }

  lower() {
    this.at.down = true;
    this.send("move");
    this.send("down");
    this.say(this.words.down);
  }

  lift() {
    if (!this.at.down) return;
    this.at.down = false;
    this.send("up");
    this.say(this.words.up);
  }

  say(words) {
    const percent = (fraction) => Math.round(100 * fraction);
    this.status.textContent = words.replace("{x}", percent(this.at.x)).replace("{y}", percent(this.at.y));
  }

  send(action) {
    const surface = this.canvas?.getBoundingClientRect();
    if (!surface) return;
    const event = {
      clientX: surface.left + this.at.x * surface.width,
      clientY: surface.top + this.at.y * surface.height,
      bubbles: true,
      composed: true,
      cancelable: true,
      buttons: action === "up" || !this.at.down ? 0 : 1,
    };
    const pointer = { ...event, isPrimary: true, pointerId: 1, pointerType: "mouse" };
    this.canvas.dispatchEvent(new PointerEvent(`pointer${action}`, pointer));
    this.canvas.dispatchEvent(new MouseEvent(`mouse${action}`, event));
  }
}
