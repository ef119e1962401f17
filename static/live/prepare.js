// The same preparation as `mnist_core/drawing.py`, line for line; a test holds the two together.

const SIDE = 28;
const DIGIT_SIDE = 20;
const CENTRE = 14.5;
const FAINT = 0.1;
const SPECK = 0.05;
const BLANK_CONTRAST = 0.1;

/** Prepares an ImageData: 784 pixels in 0..1 (Float32Array), or null for a blank drawing. */
export function prepareDrawing(picture) {
  return frameInk(readInk(picture));
}

function readInk({ data, width, height }) {
  const channels = new Float32Array(data.length);
  for (let i = 0; i < data.length; i += 4) {
    const opacity = data[i + 3] / 255;
    for (let c = 0; c < 3; c++) channels[i + c] = (data[i + c] / 255) * opacity;
    channels[i + 3] = opacity;
  }
  const ground = edgeMedian(channels, width, height);
  const values = new Float32Array(width * height);
  let contrast = 0;
  for (let p = 0; p < values.length; p++) {
    let difference = 0;
    for (let c = 0; c < 4; c++) {
      difference = Math.max(difference, Math.abs(channels[4 * p + c] - ground[c]));
    }
    values[p] = difference;
    contrast = Math.max(contrast, difference);
  }
  if (contrast < BLANK_CONTRAST) values.fill(0);
  else for (let p = 0; p < values.length; p++) values[p] /= contrast;
  return { values, width, height };
}

function edgeMedian(channels, width, height) {
  const edge = [];
  for (let x = 0; x < width; x++) edge.push(x, (height - 1) * width + x);
  for (let y = 0; y < height; y++) edge.push(y * width, y * width + width - 1);
  return [0, 1, 2, 3].map((c) => {
    const sorted = Float32Array.from(edge, (p) => channels[4 * p + c]).sort();
    return (sorted[sorted.length / 2 - 1] + sorted[sorted.length / 2]) / 2;
  });
}

function frameInk(ink) {
  removeSpecks(ink);
  const box = boundingBox(ink);
  if (!box) return null;
  const lengths = [box.bottom - box.top, box.right - box.left];
  const scale = Math.max(...lengths) / DIGIT_SIDE;
  const masses = centreOfMass(ink, box);
  const [rowStart, columnStart] = lengths.map((length, axis) => place(masses[axis], length, scale));
  return average(ink, box, overlaps(lengths[0], scale, rowStart), overlaps(lengths[1], scale, columnStart));
}

function removeSpecks({ values, width, height }) {
  const labels = new Int32Array(values.length);
  const areas = [0];
  const stack = [];
  for (let start = 0; start < values.length; start++) {
    if (labels[start] || values[start] <= FAINT) continue;
    const label = areas.push(0) - 1;
    labels[start] = label;
    stack.push(start);
    while (stack.length) {
      const p = stack.pop();
      areas[label]++;
      const x = p % width;
      const y = (p - x) / width;
      for (let v = Math.max(0, y - 1); v <= Math.min(height - 1, y + 1); v++) {
        for (let u = Math.max(0, x - 1); u <= Math.min(width - 1, x + 1); u++) {
          const q = v * width + u;
          if (labels[q] || values[q] <= FAINT) continue;
          labels[q] = label;
          stack.push(q);
        }
      }
    }
  }
  const largest = Math.max(...areas);
  for (let p = 0; p < values.length; p++) {
    if (labels[p] && areas[labels[p]] < SPECK * largest) values[p] = 0;
  }
}

function boundingBox({ values, width, height }) {
  let [top, bottom, left, right] = [height, 0, width, 0];
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      if (values[y * width + x] <= FAINT) continue;
      top = Math.min(top, y);
      bottom = Math.max(bottom, y + 1);
      left = Math.min(left, x);
      right = Math.max(right, x + 1);
    }
  }
  return bottom ? { top, bottom, left, right } : null;
}

function centreOfMass({ values, width }, { top, bottom, left, right }) {
  let [mass, vertical, horizontal] = [0, 0, 0];
  for (let y = top; y < bottom; y++) {
    for (let x = left; x < right; x++) {
      const value = values[y * width + x];
      mass += value;
      vertical += value * (y - top + 0.5);
      horizontal += value * (x - left + 0.5);
    }
  }
  return [vertical / mass, horizontal / mass];
}

function place(centreOfMass, length, scale) {
  const start = Math.floor(CENTRE - centreOfMass / scale + 0.5);
  return Math.min(Math.max(start, 0), SIDE - Math.ceil(length / scale));
}

// For each output pixel, which inputs it covers and by which share.
function overlaps(length, scale, start) {
  return Array.from({ length: SIDE }, (_, pixel) => {
    const [from, to] = [(pixel - start) * scale, (pixel + 1 - start) * scale];
    const shares = [];
    for (let i = Math.max(0, Math.floor(from)); i < Math.min(length, Math.ceil(to)); i++) {
      shares.push([i, (Math.min(to, i + 1) - Math.max(from, i)) / scale]);
    }
    return shares;
  });
}

function average({ values, width }, { top, left }, rows, columns) {
  const image = new Float32Array(SIDE * SIDE);
  rows.forEach((rowShares, y) => {
    columns.forEach((columnShares, x) => {
      let sum = 0;
      for (const [i, rowShare] of rowShares) {
        for (const [j, columnShare] of columnShares) {
          sum += rowShare * columnShare * values[(top + i) * width + left + j];
        }
      }
      image[y * SIDE + x] = Math.min(Math.max(sum, 0), 1);
    });
  });
  return image;
}
