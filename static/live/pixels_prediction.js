// The prediction of the pixel editor: its digit, and ten probabilities beside the label.

import { formatProbability } from "./probability.js";

export class Prediction {
  constructor(box) {
    this.status = box.querySelector("[role=status]");
    [this.number, this.sentence] = box.querySelector(".pixels-digit").children;
    this.headings = [...box.querySelector("table").rows[0].cells];
    this.bars = buildBars(box.querySelector("table"));
  }

  renderTexts(texts) {
    this.texts = texts;
    [texts.digit, texts.prediction, texts.target].forEach((text, i) => {
      this.headings[i].textContent = text;
      this.headings[i].hidden = !text; // a heading must not be empty
    });
  }

  // The predictions during a stroke are too many to be read aloud.
  announce() {
    const text = `${this.number.textContent}. ${this.sentence.textContent}`;
    if (this.status.textContent !== text) this.status.textContent = text;
  }

  /** Shows ten probabilities; the label is null for an image without one. */
  render(probabilities, label) {
    const digit = probabilities.indexOf(Math.max(...probabilities));
    this.number.textContent = digit;
    const text = { null: this.texts.unlabeled, [digit]: this.texts.correct }[label] ?? this.texts.incorrect;
    this.sentence.textContent = text
      .replace("{percent}", formatProbability(probabilities[digit], this.texts.percent))
      .replace("{label}", label);
    this.bars.forEach((bar, index) => {
      bar.classList.toggle("predicted", index === digit);
      bar.style.setProperty("--fraction", probabilities[index]);
      bar.querySelector("b").textContent = formatProbability(probabilities[index], this.texts.percent);
      bar.lastChild.textContent = label === null ? "" : Number(index === label);
      bar.lastChild.classList.toggle("hot", index === label);
    });
  }
}

function buildBars(table) {
  table.tBodies[0].innerHTML = Array.from({ length: 10 }, (_, digit) =>
    `<tr><th>${digit}</th><td><i></i><b></b></td><td></td></tr>`).join("");
  return [...table.tBodies[0].rows];
}
