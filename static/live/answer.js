// The prediction beside a canvas: the server's after each stroke, the browser's own during a stroke.

import { inShadows, onCanvas } from "./canvas.js";
import { classify } from "./model.js";
import { prepareDrawing } from "./prepare.js";
import { formatProbability } from "./probability.js";

const SIDE = 28;
const views = new WeakMap();

export function show(root, data) {
  if (!views.has(root)) views.set(root, new View(root));
  views.get(root).update(data);
}

export function remove(root) {
  views.get(root)?.close();
  views.delete(root);
}

class View {
  constructor(root) {
    this.box = root.querySelector(".answer");
    this.box.innerHTML = `
      <p class="unseen" role="status"></p>
      <div class="answer-prediction">
        <div class="answer-digit"></div><p class="answer-warning"></p><p class="answer-note"></p>
      </div>
      <ol class="answer-bars">${"<li><span></span><i></i><b></b></li>".repeat(10)}</ol>
      <figure class="answer-input">
        <canvas width="${SIDE}" height="${SIDE}" role="img"></canvas><figcaption></figcaption>
      </figure>`;
    this.bars = [...this.box.querySelectorAll("li")];
    this.bars.forEach((bar, digit) => (bar.firstChild.textContent = digit));
    this.digit = this.box.querySelector(".answer-digit");
    this.status = this.box.querySelector("[role=status]");
    this.note = this.box.querySelector(".answer-note");
    this.warning = this.box.querySelector(".answer-warning");
    this.input = this.box.querySelector("canvas").getContext("2d");
    this.caption = this.box.querySelector("figcaption");
    this.penDown = false;
    this.abortController = new AbortController();
    const listen = (type, handler) =>
      addEventListener(type, handler, { signal: this.abortController.signal, passive: true, capture: true });
    listen("pointerdown", (event) => this.onPenDown(event));
    listen("pointermove", (event) => this.onPenMove(event));
    listen("pointerup", () => this.onPenUp());
    listen("pointercancel", () => this.onPenUp());
  }

  close() {
    this.abortController.abort();
  }

  get frame() {
    return this.data.frame && document.querySelector(`.st-key-${this.data.frame}`);
  }

  update(data) {
    this.data = data;
    if (this.penDown) {
      this.classifyDrawing();
      return;
    }
    this.render(data.probabilities, data.image);
    this.announce();
  }

  // The predictions during a stroke are too many to be read aloud.
  announce() {
    const { digit, warning, note } = this;
    const text = [digit, warning, note].map(({ textContent }) => textContent).filter(Boolean).join(". ");
    if (this.status.textContent !== text) this.status.textContent = text;
  }

  onPenDown(event) {
    this.penDown = event.button <= 0 && onCanvas(event) && this.frame?.contains(event.target);
  }

  // A stroke may have begun before this view was there.
  onPenMove(event) {
    if (this.penDown && !event.buttons) this.onPenUp();
    if (event.buttons && !this.penDown) this.onPenDown(event);
    if (this.penDown) this.classifyDrawing();
  }

  onPenUp() {
    if (!this.penDown) return;
    this.penDown = false;
    this.classifyDrawing();
  }

  // At most one prediction at a time; if the pen moves in the meantime, another one follows.
  async classifyDrawing() {
    if (this.classifying) {
      this.again = true;
      return;
    }
    const picture = snapshot(this.frame);
    if (!picture) return;
    this.classifying = true;
    const data = this.data;
    const image = prepareDrawing(picture);
    const probabilities = image && (await classify(image, data.temperature).catch(() => null));
    this.classifying = false;
    if (probabilities && this.data === data) this.render(probabilities, image);
    if (this.again) {
      this.again = false;
      requestAnimationFrame(() => this.classifyDrawing());
    }
  }

  render(probabilities, image) {
    this.box.classList.toggle("blank", !probabilities);
    const digit = probabilities ? argmax(probabilities) : null;
    this.digit.textContent = digit ?? "";
    // The server's last warning; during a stroke it stays until the server has seen the stroke.
    const warning = probabilities ? (this.data.warning ?? "") : "";
    this.warning.textContent = warning;
    this.box.classList.toggle("has-warning", warning !== "");
    this.note.textContent = probabilities
      ? (warning ? this.data.unsure : this.data.sure)
          .replace("{digit}", digit)
          .replace("{probability}", formatProbability(probabilities[digit], this.data.percent))
      : this.data.invitation;
    this.bars.forEach((bar, index) => {
      const probability = probabilities?.[index] ?? 0;
      bar.style.setProperty("--fraction", probability);
      bar.classList.toggle("predicted", index === digit);
      bar.lastChild.textContent = probabilities ? formatProbability(probability, this.data.percent) : "";
    });
    this.caption.textContent = this.data.caption;
    this.input.canvas.setAttribute("aria-label", this.data.caption);
    draw(this.input, image);
  }
}

// The canvas component has the finished strokes and the current one on two layers, and has no
// layers while it is being rebuilt.
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
