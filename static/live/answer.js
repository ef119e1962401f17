// The answer beside a canvas: the server's after each stroke, the browser's own under the pen.

import { inShadows, onCanvas } from "./canvas.js";
import { classify } from "./model.js";
import { prepareDrawing } from "./prepare.js";

const SIDE = 28;
const percent = (share) => `${(100 * share).toFixed(1)}\u00a0%`;
const views = new WeakMap();

export function show(root, data) {
  if (!views.has(root)) views.set(root, new View(root));
  views.get(root).settle(data);
}

export function remove(root) {
  views.get(root)?.close();
  views.delete(root);
}

class View {
  constructor(root) {
    this.box = root.querySelector(".answer");
    this.box.innerHTML = `
      <div class="answer-verdict" aria-live="polite">
        <div class="answer-digit"></div><p class="answer-doubt"></p><p class="answer-note"></p>
      </div>
      <ol class="answer-bars">${"<li><span></span><i></i><b></b></li>".repeat(10)}</ol>
      <figure class="answer-seen">
        <canvas width="${SIDE}" height="${SIDE}" role="img"></canvas><figcaption></figcaption>
      </figure>`;
    this.bars = [...this.box.querySelectorAll("li")];
    this.bars.forEach((bar, digit) => (bar.firstChild.textContent = digit));
    this.digit = this.box.querySelector(".answer-digit");
    this.note = this.box.querySelector(".answer-note");
    this.doubt = this.box.querySelector(".answer-doubt");
    this.seen = this.box.querySelector("canvas").getContext("2d");
    this.caption = this.box.querySelector("figcaption");
    this.penDown = false;
    this.abortController = new AbortController();
    const listen = (type, handler) =>
      addEventListener(type, handler, { signal: this.abortController.signal, passive: true, capture: true });
    listen("pointerdown", (event) => this.onPenDown(event));
    listen("pointermove", () => this.penDown && this.read());
    listen("pointerup", () => this.onPenUp());
    listen("pointercancel", () => this.onPenUp());
  }

  close() {
    this.abortController.abort();
  }

  get frame() {
    return this.data.frame && document.querySelector(`.st-key-${this.data.frame}`);
  }

  settle(data) {
    this.data = data;
    if (this.penDown) return;
    this.render(data.probabilities, data.image);
  }

  onPenDown(event) {
    this.penDown = onCanvas(event) && this.frame?.contains(event.target);
  }

  onPenUp() {
    if (!this.penDown) return;
    this.penDown = false;
    this.read();
  }

  // At most one reading at a time; a move that comes meanwhile is read when it has ended.
  async read() {
    if (this.reading) {
      this.again = true;
      return;
    }
    const picture = snapshot(this.frame);
    if (!picture) return;
    this.reading = true;
    const settled = this.data;
    const image = prepareDrawing(picture);
    const probabilities = image && (await classify(image, settled.temperature).catch(() => null));
    this.reading = false;
    if (probabilities && this.data === settled) this.render(probabilities, image);
    if (this.again) {
      this.again = false;
      requestAnimationFrame(() => this.read());
    }
  }

  render(probabilities, image) {
    this.box.classList.toggle("blank", !probabilities);
    const digit = probabilities ? argmax(probabilities) : null;
    this.digit.textContent = digit ?? "";
    // What the server doubted last; under the pen it stays until the stroke has been judged.
    const doubt = probabilities ? (this.data.doubt ?? "") : "";
    this.doubt.textContent = doubt;
    this.box.classList.toggle("doubted", doubt !== "");
    this.note.textContent = probabilities
      ? (doubt ? this.data.unsure : this.data.sure).replace("{percent}", percent(probabilities[digit]))
      : this.data.invitation;
    this.bars.forEach((bar, index) => {
      const share = probabilities?.[index] ?? 0;
      bar.style.setProperty("--share", share);
      bar.classList.toggle("leads", index === digit);
      bar.lastChild.textContent = probabilities ? percent(share) : "";
    });
    this.caption.textContent = this.data.received;
    this.seen.canvas.setAttribute("aria-label", this.data.received);
    draw(this.seen, image);
  }
}

// The canvas component keeps the finished strokes and the one under the pen on two layers, and has
// none while it is built anew.
function snapshot(frame) {
  const layers = frame ? inShadows(frame, ".lower-canvas, .upper-canvas") : [];
  if (!layers.length) return null;
  const { width, height } = layers[0];
  const copy = new OffscreenCanvas(width, height).getContext("2d");
  for (const layer of layers) copy.drawImage(layer, 0, 0);
  return copy.getImageData(0, 0, width, height);
}

function draw(context, image) {
  context.clearRect(0, 0, SIDE, SIDE);
  if (typeof image === "string") {
    const picture = new Image();
    picture.onload = () => context.drawImage(picture, 0, 0);
    picture.src = image;
  } else if (image) {
    const pixels = context.createImageData(SIDE, SIDE);
    image.forEach((value, index) => pixels.data.set([255, 255, 255, Math.round(value * 255)], index * 4));
    context.putImageData(pixels, 0, 0);
  }
}

function argmax(values) {
  return values.reduce((best, value, index) => (value > values[best] ? index : best), 0);
}
