// Points on a canvas. The point nearest to the pointer shows its image, cut from one sheet.

const REACH = 14;
const RADIUS = 1.6;
const SIDE = 28;

const lastShown = new WeakMap();

function decode(text) {
  return Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
}

/** Returns the decoded data of a frame, cached because decoding takes a while. */
function read(frame, data) {
  let known = lastShown.get(frame);
  if (known?.points !== data.points) {
    const sheet = new Image();
    sheet.src = data.sheet;
    const coordinates = new Uint16Array(decode(data.points).buffer);
    known = { points: data.points, coordinates, labels: decode(data.labels), sheet };
    lastShown.set(frame, known);
  }
  return known;
}

export default ({ data, parentElement }) => {
  const frame = parentElement.querySelector(".embedding");
  frame.setAttribute("aria-label", data.name);
  const canvas = frame.querySelector("canvas");
  const card = frame.querySelector("figure");
  const { coordinates, labels, sheet } = read(frame, data);
  const picture = card.querySelector("canvas");

  function paint() {
    const { width, height } = frame.getBoundingClientRect();
    const density = window.devicePixelRatio || 1;
    canvas.width = width * density;
    canvas.height = height * density;
    const pen = canvas.getContext("2d");
    pen.scale(density, density);
    for (let i = 0; i < labels.length; i++) {
      pen.fillStyle = data.colors[labels[i]];
      pen.beginPath();
      pen.arc((coordinates[2 * i] / 65535) * width, (coordinates[2 * i + 1] / 65535) * height, RADIUS, 0, 7);
      pen.fill();
    }
    const style = getComputedStyle(frame);
    pen.font = `700 22px ${style.fontFamily}`;
    pen.textAlign = "center";
    pen.textBaseline = "middle";
    pen.lineWidth = 5;
    pen.lineJoin = "round";
    pen.strokeStyle = style.backgroundColor;
    pen.fillStyle = style.color;
    data.centers.forEach(([digit, x, y]) => {
      pen.strokeText(digit, x * width, y * height);
      pen.fillText(digit, x * width, y * height);
    });
  }

  function show(event) {
    const box = frame.getBoundingClientRect();
    const x = event.clientX - box.left;
    const y = event.clientY - box.top;
    let nearest = -1;
    let least = REACH * REACH;
    for (let i = 0; i < labels.length; i++) {
      const dx = (coordinates[2 * i] / 65535) * box.width - x;
      const dy = (coordinates[2 * i + 1] / 65535) * box.height - y;
      if (dx * dx + dy * dy < least) {
        least = dx * dx + dy * dy;
        nearest = i;
      }
    }
    card.hidden = nearest < 0;
    if (nearest < 0) return;
    const column = nearest % data.columns;
    const row = Math.floor(nearest / data.columns);
    const pen = picture.getContext("2d");
    pen.clearRect(0, 0, SIDE, SIDE);
    pen.drawImage(sheet, column * SIDE, row * SIDE, SIDE, SIDE, 0, 0, SIDE, SIDE);
    // The sheet holds ten thousand images and takes a while to arrive.
    sheet.onload = () => card.hidden || show(event);
    card.dataset.caption = data.caption
      .replace("{label}", labels[nearest])
      .replace("{index}", nearest);
    card.style.left = `${Math.min(x + 12, box.width - 112)}px`;
    card.style.top = `${Math.min(y + 12, box.height - 136)}px`;
  }

  frame.onpointermove = show;
  frame.onpointerdown = show;
  frame.onpointerleave = () => (card.hidden = true);
  paint();
  frame.watcher?.disconnect(); // of earlier data
  const watcher = (frame.watcher = new ResizeObserver(paint));
  watcher.observe(frame);
  return () => watcher.disconnect();
};
