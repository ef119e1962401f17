// The pixel editor: the picture and the table of one image; both can be edited.

import { classify } from "./model.js";
import { SIDE, listPainted } from "./pixels_pen.js";
import { Prediction } from "./pixels_prediction.js";
import { Table, WHITE, clamp, write } from "./pixels_table.js";

const views = new WeakMap();

export function show(root, data, send) {
  if (!views.has(root)) views.set(root, new View(root.querySelector(".pixels")));
  views.get(root).update(data, send);
}

export function remove(root) {
  views.delete(root);
}

class View {
  constructor(box) {
    this.typed = [];
    this.sent = 0;
    this.painting = false;
    box.innerHTML = `
      <div class="pixels-picture">
        <div><canvas width="${SIDE}" height="${SIDE}" role="img"></canvas><i></i></div>
        <p class="pixels-position"></p>
        <label><span></span><input type="range" min="0" max="${WHITE}" value="${WHITE}"><output></output></label>
        <label><span></span><input type="range" min="1" max="3" value="2"><output></output></label>
      </div>
      <div class="pixels-prediction">
        <p class="unseen" role="status"></p>
        <div class="pixels-digit"><strong></strong><p></p></div>
        <table><thead><tr>${"<th></th>".repeat(3)}</tr></thead><tbody></tbody></table>
      </div>
      <div class="pixels-numbers">
        <p></p>
        <div><table role="grid"><thead></thead><tbody></tbody></table></div>
      </div>`;
    const find = (selector) => box.querySelector(selector);
    this.picture = find("canvas");
    this.mark = find("i");
    this.position = find(".pixels-position");
    [this.pen, this.penWidth] = box.querySelectorAll("input");
    this.prediction = new Prediction(find(".pixels-prediction"));
    this.note = find(".pixels-numbers > p");
    this.table = new Table(
      find(".pixels-numbers > div"),
      (row, column) => this.highlight(row, column),
      (row, column, text) => {
        this.typed.push([row, column, text]);
        this.report();
      },
    );
    this.pen.oninput = this.penWidth.oninput = () => this.renderPens();
    this.listenToPicture();
  }

  update(data, send) {
    this.send = send;
    // A new session has acknowledged nothing and knows nothing of the changes.
    const other = data.name !== this.data?.name || data.acknowledged < this.data.acknowledged;
    // Data that answers an older message would undo what was changed since.
    if (!other && (this.painting || data.acknowledged < this.sent)) return;
    if (other) [this.sent, this.painting, this.table.typing] = [0, false, null];
    this.data = data;
    this.typed = [];
    this.renderTexts(data.texts);
    this.values = decode(data.values);
    this.original = decode(data.original);
    this.table.update(this.values, this.original, data.scaled);
    if (other) this.table.choose(this.values.indexOf(Math.max(...this.values)));
    this.renderPicture();
    this.renderPens();
    this.prediction.render(data.probabilities, data.label);
    this.prediction.announce();
    this.renderNote();
    this.highlight(...this.table.chosen);
    if (other) this.table.scrollTo(...this.table.chosen);
  }

  listenToPicture() {
    const canvas = this.picture;
    canvas.onpointerdown = (event) => {
      if (event.button || this.painting) return;
      canvas.setPointerCapture(event.pointerId);
      this.painting = true;
      this.pointer = event.pointerId;
      this.last = this.locate(event);
      this.paintTo(this.last);
    };
    canvas.onpointermove = (event) => {
      if (this.painting && event.pointerId !== this.pointer) return; // another finger, or a palm
      const here = this.locate(event);
      if (this.painting) this.paintTo(here);
      this.highlight(...clamp(here));
      this.table.scrollTo(...clamp(here));
    };
    canvas.onpointerleave = () => this.highlight(...this.table.chosen);
    canvas.onpointerup = canvas.onpointercancel = (event) => {
      if (!this.painting || event.pointerId !== this.pointer) return;
      this.painting = false;
      this.report();
    };
  }

  /** Returns the row and the column under the pointer, which may lie outside the picture. */
  locate(event) {
    const box = this.picture.getBoundingClientRect();
    return [
      Math.floor(((event.clientY - box.top) / box.height) * SIDE),
      Math.floor(((event.clientX - box.left) / box.width) * SIDE),
    ];
  }

  paintTo(here) {
    for (const p of listPainted(this.last, here, Number(this.penWidth.value))) {
      this.values[p] = Number(this.pen.value) / WHITE;
      this.table.render(p);
    }
    this.last = here;
    this.renderPicture();
    this.predict();
  }

  report() {
    this.sent = Math.max(Date.now(), this.sent + 1, this.data.acknowledged + 1);
    this.send("edit", {
      name: this.data.name,
      number: this.sent,
      values: encode(this.values),
      typed: this.typed,
      scaled: this.data.scaled,
    });
  }

  // One prediction at a time; if pixels are painted meanwhile, another one follows.
  async predict() {
    this.again = this.predicting;
    if (this.predicting) return;
    this.predicting = true;
    const current = this.data;
    const probabilities = await classify(this.values.slice(), current.temperature).catch(() => null);
    this.predicting = false;
    if (probabilities && current === this.data) this.prediction.render(probabilities, current.label);
    if (this.again) requestAnimationFrame(() => this.predict());
  }

  renderTexts(texts) {
    this.picture.setAttribute("aria-label", texts.picture);
    this.pen.previousElementSibling.textContent = texts.value;
    this.penWidth.previousElementSibling.textContent = texts.width;
    this.table.renderNames(texts.table, texts.cell);
    this.prediction.renderTexts(texts);
  }

  renderPicture() {
    const context = this.picture.getContext("2d");
    const pixels = context.createImageData(SIDE, SIDE);
    this.values.forEach((value, p) => {
      pixels.data.fill(Math.round(value * WHITE), 4 * p, 4 * p + 3);
      pixels.data[4 * p + 3] = 255;
    });
    context.putImageData(pixels, 0, 0);
  }

  renderPens() {
    this.pen.nextElementSibling.textContent = write(Number(this.pen.value) / WHITE, this.data.scaled);
    this.penWidth.nextElementSibling.textContent = this.penWidth.value;
  }

  renderNote() {
    const count = this.values.filter((value, p) => value !== this.original[p]).length;
    const { changed, invitation } = this.data.texts;
    this.note.textContent = this.data.error ?? (count ? changed.replace("{count}", count) : invitation);
    this.note.classList.toggle("rejected", Boolean(this.data.error));
    this.note.setAttribute("role", this.data.error ? "alert" : "note");
  }

  highlight(row, column) {
    this.table.highlight(row, column);
    this.mark.style.setProperty("--row", row);
    this.mark.style.setProperty("--column", column);
    const value = this.values[row * SIDE + column];
    this.position.textContent = this.data.texts.position
      .replace("{row}", row)
      .replace("{column}", column)
      .replace("{raw}", Math.round(value * WHITE))
      .replace("{scaled}", value.toFixed(3));
  }
}

const decode = (text) => new Float32Array(Uint8Array.from(atob(text), (c) => c.charCodeAt(0)).buffer);
const encode = (values) => btoa(String.fromCharCode(...new Uint8Array(values.buffer)));
