// The person's label for a drawing: ten digits and "Right", for mouse, touch and the keys 0 to 9
// and Enter.

import { isTyping, whenKnown } from "./canvas.js";

// Enter has a meaning of its own on them.
const CONTROLS = "button, a, summary, [role=button], [role=radio], [role=option], [role=slider]";
const views = new WeakMap();

export function show(root, data, send) {
  if (!views.has(root)) views.set(root, new View(root));
  views.get(root).update(data, send);
}

export function remove(root) {
  views.get(root)?.abortController.abort();
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
    addEventListener("keydown", (event) => this.onKey(event), { signal: this.abortController.signal });
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

  onKey(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || event.repeat || isTyping(event)) return;
    if (/^[0-9]$/.test(event.key) && this.data.question !== undefined) this.choose(Number(event.key));
    else if (event.key === "Enter" && !event.composedPath()[0].closest?.(CONTROLS)) this.choose(null);
  }

  // null is the predicted digit, which may change until the server knows the last stroke.
  choose(label) {
    const canvas = document.querySelector(`.st-key-${this.data.frame}`);
    if (!canvas || this.isChosen) return;
    this.isChosen = true;
    whenKnown(canvas, () => {
      this.isChosen = false;
      this.send("label", [label ?? this.data.predicted, performance.now()]);
    });
  }
}
