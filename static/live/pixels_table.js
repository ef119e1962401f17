// The table of the pixel editor: a cell for each pixel, which can be typed into.

import { SIDE } from "./pixels_pen.js";

export const WHITE = 255;
const MOVES = {
  ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1], Enter: [1, 0],
};

export class Table {
  /**
   * `frame` scrolls the table. `onPoint` gets the row and the column of a cell under the pointer or
   * with the focus, and `onType` those of a cell that was typed into, with the text.
   */
  constructor(frame, onPoint, onType) {
    this.frame = frame;
    this.chosen = [0, 0]; // the cell that the Tab key reaches
    this.typing = null;
    const table = frame.firstElementChild;
    this.cells = buildCells(table);
    this.listen(table, onPoint, onType);
  }

  listen(table, onPoint, onType) {
    const at = (event) => this.cells.indexOf(event.target.closest("td")?.firstChild);
    table.addEventListener("focusin", (event) => {
      const p = at(event);
      if (p < 0) return;
      this.choose(p);
      onPoint(...this.chosen);
      this.cells[p].select();
    });
    table.onmouseup = (event) => event.preventDefault();
    table.onpointerover = (event) => at(event) >= 0 && onPoint(...locate(at(event)));
    table.onpointerleave = () => onPoint(...this.chosen);
    table.oninput = (event) => (this.typing = event.target);
    table.onchange = (event) => {
      this.typing = null;
      onType(...locate(at(event)), event.target.value);
    };
    // A cell whose text is the same again does not change.
    table.addEventListener("focusout", () => {
      const cell = this.typing;
      this.typing = null;
      if (cell) this.render(this.cells.indexOf(cell));
    });
    table.onkeydown = (event) => this.onKey(event);
  }

  onKey(event) {
    const [row, column] = this.chosen;
    const undoes = event.key.toLowerCase() === "z" && (event.ctrlKey || event.metaKey);
    if (event.key === "Escape" || (undoes && this.typing)) {
      this.typing = null;
      this.render(row * SIDE + column);
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

  choose(p) {
    this.cells[this.chosen[0] * SIDE + this.chosen[1]].tabIndex = -1;
    this.chosen = locate(p);
    this.cells[p].tabIndex = 0;
  }

  /** Shows pixels between 0 and 1, which the caller may go on changing. */
  update(values, original, scaled) {
    Object.assign(this, { values, original, scaled });
    for (let p = 0; p < SIDE * SIDE; p++) this.render(p);
  }

  render(p) {
    const [cell, value] = [this.cells[p], this.values[p]];
    const shade = Math.round(value * WHITE);
    if (cell !== this.typing) cell.value = write(value, this.scaled);
    const style = cell.parentElement.style;
    style.setProperty("--shade", `rgb(${shade}, ${shade}, ${shade})`);
    style.setProperty("--ink", shade > 118 ? "#000" : shade ? "#fff" : "#7f7f7f");
    cell.parentElement.classList.toggle("changed", value !== this.original[p]);
  }

  /** Names the table, and the cells by a text for their row and column. */
  renderNames(name, text) {
    this.frame.firstElementChild.setAttribute("aria-label", name);
    this.cells.forEach((cell, p) => {
      const [row, column] = locate(p);
      cell.setAttribute("aria-label", text.replace("{row}", row).replace("{column}", column));
    });
  }

  highlight(row, column) {
    this.lit?.forEach((node) => node.classList.remove("lit"));
    const cell = this.cells[row * SIDE + column].parentElement;
    const heads = [cell.parentElement.firstChild, cell.closest("table").rows[0].cells[column + 1]];
    this.lit = [cell, ...heads];
    this.lit.forEach((node) => node.classList.add("lit"));
  }

  /** Scrolls a cell to the middle of the frame if the table is larger than its frame. */
  scrollTo(row, column) {
    const cell = this.cells[row * SIDE + column].getBoundingClientRect();
    const frame = this.frame.getBoundingClientRect();
    this.frame.scrollBy(
      cell.x - frame.x + (cell.width - frame.width) / 2,
      cell.y - frame.y + (cell.height - frame.height) / 2,
    );
  }
}

/** Writes a pixel between 0 and 1 as the table shows it. */
export function write(value, scaled) {
  if (!scaled) return String(Math.round(value * WHITE));
  return value === 0 || value === 1 ? String(value) : value.toFixed(2);
}

/** Moves a position of row and column into the picture. */
export const clamp = (position) => position.map((n) => Math.min(SIDE - 1, Math.max(0, n)));

const locate = (p) => [Math.floor(p / SIDE), p % SIDE];

function buildCells(table) {
  const numbers = [...Array(SIDE).keys()];
  table.tHead.innerHTML = `<tr><td></td>${numbers.map((c) => `<th scope="col">${c}</th>`).join("")}</tr>`;
  const cell = '<td><input inputmode="decimal" autocomplete="off" maxlength="24" tabindex="-1"></td>';
  table.tBodies[0].innerHTML = numbers
    .map((r) => `<tr><th scope="row">${r}</th>${cell.repeat(SIDE)}</tr>`)
    .join("");
  return [...table.querySelectorAll("input")];
}
