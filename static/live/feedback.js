// The person's label for a drawing: ten digits and "Right", for mouse, touch and the keys 0 to 9
// and Enter.

import { readLabel, startReading, stopReading, whenKnown } from "./canvas.js";

const views = new WeakMap();

export function show(root, data, send) {
  if (!views.has(root)) views.set(root, new View(root));
  const view = views.get(root);
  view.update(data, send);
  view.type(startReading(view.canvas, view));
}

export function remove(root) {
  const view = views.get(root);
  if (!view) return;
  view.abortController.abort();
  stopReading(view.canvas, view);
  views.delete(root);
}

class View {
  constructor(root) {
    this.box = root.querySelector(".feedback");
    const digits = Array.from({ length: 10 }, (_, digit) => `<button data-label="${digit}">${digit}</button>`);
    this.box.innerHTML = `<span></span><div role="group">${digits.join("")}</div><button data-right></button>`;
    this.abortController = new AbortController();
    this.box.onclick = (event) => {
      const button = event.target.closest("button");
      if (button) this.choose("right" in button.dataset ? null : Number(button.dataset.label));
    };
    addEventListener("keydown", (event) => this.type(readLabel(event)), { signal: this.abortController.signal });
  }

  update(data, send) {
    [this.data, this.send] = [data, send];
    const hasDigits = data.question !== undefined; // else one button for a digit that was asked for
    this.box.classList.toggle("keep", !hasDigits);
    const right = this.box.querySelector("[data-right]");
    right.textContent = data.right;
    right.title = data.rightHelp;
    if (!hasDigits) return;
    this.box.querySelector("span").textContent = data.question;
    this.box.querySelector("[role=group]").ariaLabel = data.question;
    this.box.querySelectorAll("[data-label]").forEach((button) => {
      button.ariaLabel = data.names[button.dataset.label];
      button.title = data.names[button.dataset.label];
    });
  }

  get canvas() {
    return document.querySelector(`.st-key-${this.data.frame}`);
  }

  // Digits count only where a question was asked.
  type(label) {
    if (label === null || (label !== undefined && this.data.question !== undefined)) this.choose(label);
  }

  // null is the predicted digit, which may change until the server knows the last stroke.
  choose(label) {
    const canvas = this.canvas;
    if (!canvas || this.isChosen) return;
    this.isChosen = true;
    whenKnown(canvas, () => {
      this.isChosen = false;
      this.send("label", [label ?? this.data.predicted, performance.now()]);
    });
  }
}
