// A window that moves over a feature map by itself, while its results appear in another picture.

const PAUSE = 90; // milliseconds at each pixel
const SHAPES = {
  play: "M4 2l10 6-10 6z",
  pause: "M4 2h3v12H4zM9 2h3v12H9z",
  step: "M3 2l7 6-7 6zM11 2h2v12h-2z",
  stop: "M3 3h10v10H3z",
};
const players = new WeakMap();

export function show(root, data, send) {
  if (!players.has(root)) players.set(root, new Player(root));
  players.get(root).update(data, send);
}

export function remove(root) {
  players.get(root)?.halt();
  players.delete(root);
}

class Player {
  constructor(root) {
    this.box = root.querySelector(".player");
    this.buttons = {};
    for (const name of ["play", "step", "stop"]) {
      const button = Object.assign(document.createElement("button"), { type: "button" });
      button.onclick = () => this[name]();
      this.buttons[name] = button;
      this.box.append(button);
    }
    this.still = matchMedia("(prefers-reduced-motion: reduce)");
    this.reports = []; // positions that the page does not show yet
  }

  update(data, send) {
    const changed = `${data.position}` !== `${this.data?.position}`;
    Object.assign(this, { data, send });
    this.box.setAttribute("aria-label", data.words.group);
    // The page may still show an earlier report; any other position was chosen elsewhere.
    const shown = this.reports.lastIndexOf(`${data.position}`);
    if (shown >= 0) this.reports.splice(0, shown + 1);
    else if (changed) this.reports = [];
    if (!this.timer && !this.reports.length) this.at = null;
    this.label();
  }

  label() {
    const { words } = this.data;
    const face = (shape, text) => `<svg viewBox="0 0 16 16" aria-hidden="true"><path d="${shape}"/></svg>${text}`;
    this.buttons.play.innerHTML = this.timer ? face(SHAPES.pause, words.pause) : face(SHAPES.play, words.play);
    this.buttons.step.innerHTML = face(SHAPES.step, words.step);
    this.buttons.stop.innerHTML = face(SHAPES.stop, words.stop);
    this.buttons.play.hidden = this.still.matches;
    this.buttons.stop.disabled = !this.timer && !this.paused;
  }

  get count() {
    return this.data.cells[0] * this.data.cells[1];
  }

  // Playing begins at the first pixel, and goes on after a pause where it was.
  play() {
    if (this.timer) {
      this.halt();
      this.report();
      return;
    }
    if (this.at === null && !this.paused) this.at = -1;
    else this.at = this.shown();
    this.timer = setInterval(() => this.advance(), PAUSE);
    this.advance();
    this.label();
  }

  shown() {
    const [row, column] = this.data.position;
    return this.at ?? row * this.data.cells[1] + column;
  }

  advance() {
    this.at += 1;
    if (this.at >= this.count) {
      this.at = this.count - 1;
      this.halt();
      this.paused = false;
      this.report();
      return;
    }
    this.draw();
  }

  step() {
    this.halt();
    this.at = (this.shown() + 1) % this.count;
    this.draw();
    this.report();
  }

  // Back to the whole picture of the results, at its first pixel.
  stop() {
    this.halt();
    this.paused = false;
    this.at = 0;
    this.draw();
    this.report();
  }

  halt() {
    clearInterval(this.timer);
    this.timer = undefined;
    this.paused = true;
    if (this.data) this.label();
  }

  report() {
    const columns = this.data.cells[1];
    const position = [Math.floor(this.at / columns), this.at % columns];
    this.reports.push(`${position}`);
    this.send("cell", position);
  }

  // The page's own pictures have the window drawn into them; while it moves, plain ones replace them.
  draw() {
    const pictures = [...document.querySelectorAll(`.st-key-${this.data.frame} figure img`)];
    if (pictures.length < 2) return this.halt();
    const [before, after] = [pictures[0], pictures.at(-1)];
    const { size, window: sides, step, cells } = this.data;
    const [row, column] = [Math.floor(this.at / cells[1]), this.at % cells[1]];
    if (before.src !== this.data.before) before.src = this.data.before;
    if (after.src !== this.data.after) after.src = this.data.after;
    place(before, [row * step[0], column * step[1]], sides, size);
    place(after, [row, column], [1, 1], cells);
    const [top, below] = [(100 * row) / cells[0], (100 * (row + 1)) / cells[0]];
    const right = (100 * (column + 1)) / cells[1];
    // What is not computed yet is black, as a value of 0.
    after.closest("figure").style.background = `linear-gradient(#000, #000) no-repeat 0 0 / 100% ${after.offsetHeight}px`;
    after.style.clipPath = this.timer
      ? `polygon(0 0, 100% 0, 100% ${top}%, ${right}% ${top}%, ${right}% ${below}%, 0 ${below}%)`
      : "";
  }
}

/** Puts the frame of a window on a picture; all sizes are in the picture's cells. */
function place(picture, [top, left], [height, width], [rows, columns]) {
  const figure = picture.closest("figure");
  figure.classList.add("with-window");
  let frame = figure.querySelector(".window");
  if (!frame) {
    frame = Object.assign(document.createElement("i"), { className: "window" });
    figure.append(frame);
  }
  const [pictureWidth, pictureHeight] = [picture.offsetWidth, picture.offsetHeight];
  frame.style.left = `${picture.offsetLeft + (left / columns) * pictureWidth}px`;
  frame.style.top = `${picture.offsetTop + (top / rows) * pictureHeight}px`;
  frame.style.width = `${(width / columns) * pictureWidth}px`;
  frame.style.height = `${(height / rows) * pictureHeight}px`;
}
