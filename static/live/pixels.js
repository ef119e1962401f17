// The pixel editor: the picture and the table of one image; both can be edited.

import { classify } from "./model.js";
import { SIDE, listPainted } from "./pixels_pen.js";
import { Prediction } from "./pixels_prediction.js";

const WHITE = 255;
const MOVES = {
  ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1], Enter: [1, 0],
};
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
    this.typing = null;
    this.sent = 0;
    this.chosen = [0, 0];
    this.painting = false;
    box.innerHTML = `
      <div class="pixels-picture">
        <div><canvas width="${SIDE}" height="${SIDE}" role="img"></canvas><i></i></div>
        <p class="pixels-position"></p>
        <label><span></span><input type="range" min="0" max="${WHITE}" value="${WHITE}"><output></output></label>
        <label><span></span><input type="range" min="1" max="3" value="2"><output></output></label>
      </div>
      <div class="pixels-prediction">
        <div class="pixels-digit" aria-live="polite"><strong></strong><p></p></div>
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
    this.frame = find(".pixels-numbers > div");
    this.pen.oninput = this.penWidth.oninput = () => this.renderPens();
    this.cells = buildGrid(this.frame.firstElementChild);
    this.listenToPicture();
    this.listenToTable(this.frame.firstElementChild);
  }

  update(data, send) {
    this.send = send;
    const other = data.name !== this.data?.name;
    // Data that answers an older message would undo what was changed since.
    if (!other && (this.painting || data.acknowledged < this.sent)) return;
    if (other) [this.sent, this.painting, this.typing] = [0, false, null];
    this.data = data;
    this.typed = [];
    this.renderTexts(data.texts);
    this.values = decode(data.values);
    this.original = decode(data.original);
    if (other) this.choose(this.values.indexOf(Math.max(...this.values)));
    for (let p = 0; p < SIDE * SIDE; p++) this.renderCell(p);
    this.renderPicture();
    this.renderPens();
    this.prediction.render(data.probabilities, data.label);
    this.renderNote();
    this.highlight(...this.chosen);
    if (other) this.scrollToCell(...this.chosen);
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
      this.scrollToCell(...clamp(here));
    };
    canvas.onpointerleave = () => this.highlight(...this.chosen);
    canvas.onpointerup = canvas.onpointercancel = (event) => {
      if (!this.painting || event.pointerId !== this.pointer) return;
      this.painting = false;
      this.report();
    };
  }

  listenToTable(table) {
    const at = (event) => this.cells.indexOf(event.target.closest("td")?.firstChild);
    table.addEventListener("focusin", (event) => {
      const p = at(event);
      if (p < 0) return;
      this.choose(p);
      this.highlight(...this.chosen);
      this.cells[p].select();
    });
    table.onmouseup = (event) => event.preventDefault();
    table.onpointerover = (event) => at(event) >= 0 && this.highlight(Math.floor(at(event) / SIDE), at(event) % SIDE);
    table.onpointerleave = () => this.highlight(...this.chosen);
    table.oninput = (event) => (this.typing = event.target);
    table.onchange = (event) => {
      const p = at(event);
      this.typing = null;
      this.typed.push([Math.floor(p / SIDE), p % SIDE, event.target.value]);
      this.report();
    };
    table.onkeydown = (event) => this.onKey(event);
  }

  /** Makes a cell the one that the Tab key reaches. */
  choose(p) {
    this.cells[this.chosen[0] * SIDE + this.chosen[1]].tabIndex = -1;
    this.chosen = [Math.floor(p / SIDE), p % SIDE];
    this.cells[p].tabIndex = 0;
  }

  onKey(event) {
    const [row, column] = this.chosen;
    const undoes = event.key.toLowerCase() === "z" && (event.ctrlKey || event.metaKey);
    if (event.key === "Escape" || (undoes && this.typing)) {
      this.typing = null;
      this.renderCell(row * SIDE + column);
      event.target.select();
      event.stopPropagation();
    }
    // The browser would undo the typing of the cell; the page's Undo button has this shortcut.
    if (undoes) event.preventDefault();
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    const move = MOVES[event.key];
    if (!move) return;
    event.preventDefault();
    const [r, c] = clamp([row + move[0], column + move[1]]);
    if (r === row && c === column) event.target.blur(); // at the edge, commits what was typed
    this.cells[r * SIDE + c].focus();
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
      this.renderCell(p);
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

  /** Scrolls a cell to the middle of the frame if the table is larger than its frame. */
  scrollToCell(row, column) {
    const cell = this.cells[row * SIDE + column].getBoundingClientRect();
    const frame = this.frame.getBoundingClientRect();
    this.frame.scrollBy(
      cell.x - frame.x + (cell.width - frame.width) / 2,
      cell.y - frame.y + (cell.height - frame.height) / 2,
    );
  }

  write(value) {
    if (!this.data.scaled) return String(Math.round(value * WHITE));
    return value === 0 || value === 1 ? String(value) : value.toFixed(2);
  }

  renderTexts(texts) {
    this.picture.setAttribute("aria-label", texts.picture);
    this.pen.previousElementSibling.textContent = texts.value;
    this.penWidth.previousElementSibling.textContent = texts.width;
    this.cells.forEach((cell, p) => {
      const name = texts.cell.replace("{row}", Math.floor(p / SIDE)).replace("{column}", p % SIDE);
      cell.setAttribute("aria-label", name);
    });
    this.prediction.renderTexts(texts);
  }

  renderCell(p) {
    const [cell, value] = [this.cells[p], this.values[p]];
    const shade = Math.round(value * WHITE);
    if (cell !== this.typing) cell.value = this.write(value);
    const style = cell.parentElement.style;
    style.setProperty("--shade", `rgb(${shade}, ${shade}, ${shade})`);
    style.setProperty("--ink", shade > 118 ? "#000" : shade ? "#fff" : "#7f7f7f");
    cell.parentElement.classList.toggle("changed", value !== this.original[p]);
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
    this.pen.nextElementSibling.textContent = this.write(Number(this.pen.value) / WHITE);
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
    this.lit?.forEach((node) => node.classList.remove("lit"));
    const cell = this.cells[row * SIDE + column].parentElement;
    const heads = [cell.parentElement.firstChild, cell.closest("table").rows[0].cells[column + 1]];
    this.lit = [cell, ...heads];
    this.lit.forEach((node) => node.classList.add("lit"));
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

function buildGrid(table) {
  const numbers = [...Array(SIDE).keys()];
  table.tHead.innerHTML = `<tr><td></td>${numbers.map((c) => `<th scope="col">${c}</th>`).join("")}</tr>`;
  const cell = '<td><input inputmode="decimal" autocomplete="off" maxlength="24" tabindex="-1"></td>';
  table.tBodies[0].innerHTML = numbers
    .map((r) => `<tr><th scope="row">${r}</th>${cell.repeat(SIDE)}</tr>`)
    .join("");
  return [...table.querySelectorAll("input")];
}

const clamp = (position) => position.map((n) => Math.min(SIDE - 1, Math.max(0, n)));
const decode = (text) => new Float32Array(Uint8Array.from(atob(text), (c) => c.charCodeAt(0)).buffer);
const encode = (values) => btoa(String.fromCharCode(...new Uint8Array(values.buffer)));
