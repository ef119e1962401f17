// The same steps as `prepare_drawing` in `mnist_core/preprocessing`; a test compares their results.

const SIDE = 28;
const DIGIT_SIDE = 20;
const CENTER = 14.5;
const EPSILON = 1e-3;
const FAINT = 0.1;
const SPECK = 0.05;
const THINNEST = 2.0 / DIGIT_SIDE;
const THICKEST = 3.0 / DIGIT_SIDE;
const BLANK_CONTRAST = 25;

/** Prepares an ImageData: 784 pixels in 0..1 (Float32Array), or null for a blank drawing. */
export function prepareDrawing(picture) {
  return normalizeInk(extractInk(picture));
}

function extractInk({ data, width, height }) {
  const background = edgeMedian(data, width, height);
  const ink = blank(width, height);
  const { values } = ink;
  const colors = new Uint32Array(data.buffer);
  for (let p = 0; p < values.length; p++) {
    if (colors[p] === colors[p - 1]) values[p] = values[p - 1];
    else {
      for (let c = 0; c < 4; c++) {
        values[p] = Math.max(values[p], Math.abs(readChannel(data, p, c) - background[c]));
      }
    }
  }
  const contrast = highest(values);
  if (contrast < BLANK_CONTRAST) values.fill(0);
  else divide(values, contrast);
  return ink;
}

function edgeMedian(data, width, height) {
  const edge = [];
  for (let x = 0; x < width; x++) edge.push(x, (height - 1) * width + x);
  for (let y = 0; y < height; y++) edge.push(y * width, y * width + width - 1);
  return [0, 1, 2, 3].map((c) => {
    const sorted = Uint8Array.from(edge, (p) => readChannel(data, p, c)).sort();
    return (sorted[sorted.length / 2 - 1] + sorted[sorted.length / 2]) / 2;
  });
}

/** Returns a color multiplied by its opacity (channels 0 to 2), or the opacity (3), in 0..255. */
function readChannel(data, p, c) {
  const opacity = data[4 * p + 3];
  return c < 3 ? Math.round((data[4 * p + c] * opacity) / 255) : opacity;
}

function normalizeInk(ink) {
  removeSpecks(ink);
  let digit = crop(ink);
  if (!digit) return null;
  divide(digit.values, highest(digit.values));
  digit = crop(normalizeStrokeWidth(digit));
  const lengths = [digit.height, digit.width];
  const scale = Math.max(...lengths) / DIGIT_SIDE;
  const masses = centerOfMass(digit);
  const [rows, columns] = lengths.map((length, axis) =>
    overlaps(length, scale, cropOffset(masses[axis], length, scale)),
  );
  return average(digit, rows, columns);
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
  const largest = highest(areas);
  for (let p = 0; p < values.length; p++) {
    if (labels[p] && areas[labels[p]] < SPECK * largest) values[p] = 0;
  }
}

function crop({ values, width, height }) {
  let [top, bottom, left, right] = [height, 0, width, 0];
  for (let p = 0; p < values.length; p++) {
    if (values[p] <= FAINT) continue;
    const x = p % width;
    const y = (p - x) / width;
    top = Math.min(top, y);
    bottom = Math.max(bottom, y + 1);
    left = Math.min(left, x);
    right = Math.max(right, x + 1);
  }
  if (!bottom) return null;
  const part = blank(right - left, bottom - top);
  for (let y = top; y < bottom; y++) {
    part.values.set(values.subarray(y * width + left, y * width + right), (y - top) * part.width);
  }
  return part;
}

function normalizeStrokeWidth(ink) {
  const side = Math.max(ink.width, ink.height);
  const strokes = pad(ink, 1, 0);
  strokes.values = strokes.values.map((value) => (value > 0.5 ? 1 : 0));
  const depth = distanceToZero(strokes);
  const [total, area] = [depth.values, strokes.values].map((values) =>
    values.reduce((sum, value) => sum + value, 0),
  );
  const width = 4 * (total / area - 0.5);
  const fraction = Math.min(Math.max(width / side, THINNEST), THICKEST);
  const wanted = (width - fraction * side) / (2 * (1 - fraction));
  const change = Math.min(wanted, highest(depth.values) - 1);
  if (Math.abs(change) < 0.5) return ink;
  if (change > 0) {
    depth.values = depth.values.map((value) => clip(value - change));
    return depth;
  }
  const around = pad(strokes, Math.ceil(-change), 0);
  around.values = around.values.map((value) => 1 - value);
  const distance = distanceToZero(around);
  distance.values = distance.values.map((value) => clip(1 - change - value));
  return distance;
}

// The distance of each pixel to the nearest zero, by a chamfer of 5 × 5 pixels in two passes
// (Borgefors, "Distance transformations in digital images", 1986), with OpenCV's weights.
const [STRAIGHT, DIAGONAL, KNIGHT] = [1, 1.4, 2.1969];

function distanceToZero({ values, width, height }) {
  const margin = 2;
  const field = pad({ values, width, height }, margin, Infinity);
  const distance = field.values;
  for (let p = 0; p < distance.length; p++) if (distance[p]) distance[p] = Infinity;
  for (const sign of [1, -1]) {
    const left = -sign;
    const up = -sign * field.width;
    for (let i = 0; i < width * height; i++) {
      const index = sign > 0 ? i : width * height - 1 - i;
      const y = (index / width) | 0;
      const p = (y + margin) * field.width + (index - y * width) + margin;
      if (distance[p] === 0) continue;
      const straight = Math.min(distance[p + left], distance[p + up]) + STRAIGHT;
      const diagonal = Math.min(distance[p + up + left], distance[p + up - left]) + DIAGONAL;
      const knight = Math.min(
        distance[p + 2 * up + left],
        distance[p + 2 * up - left],
        distance[p + up + 2 * left],
        distance[p + up - 2 * left],
      );
      distance[p] = Math.min(distance[p], straight, diagonal, knight + KNIGHT);
    }
  }
  const inner = blank(width, height);
  for (let y = 0; y < height; y++) {
    const start = (y + margin) * field.width + margin;
    inner.values.set(distance.subarray(start, start + width), y * width);
  }
  return inner;
}

function centerOfMass({ values, width }) {
  let [mass, vertical, horizontal] = [0, 0, 0];
  values.forEach((value, p) => {
    const x = p % width;
    mass += value;
    vertical += value * ((p - x) / width + 0.5);
    horizontal += value * (x + 0.5);
  });
  return [vertical / mass, horizontal / mass];
}

function cropOffset(centerOfMass, length, scale) {
  const start = Math.floor(CENTER * scale - centerOfMass + 0.5 + EPSILON) / scale;
  return Math.min(Math.max(start, 0), SIDE - length / scale);
}

// For each output pixel, which inputs it covers and by which fraction.
function overlaps(length, scale, start) {
  return Array.from({ length: SIDE }, (_, pixel) => {
    const [from, to] = [(pixel - start) * scale, (pixel + 1 - start) * scale];
    const weights = [];
    for (let i = Math.max(0, Math.floor(from)); i < Math.min(length, Math.ceil(to)); i++) {
      weights.push([i, (Math.min(to, i + 1) - Math.max(from, i)) / scale]);
    }
    return weights;
  });
}

function average({ values, width }, rows, columns) {
  const image = new Float32Array(SIDE * SIDE);
  rows.forEach((rowWeights, y) => {
    columns.forEach((columnWeights, x) => {
      let sum = 0;
      for (const [i, rowWeight] of rowWeights) {
        for (const [j, columnWeight] of columnWeights) {
          sum += rowWeight * columnWeight * values[i * width + j];
        }
      }
      image[y * SIDE + x] = clip(sum);
    });
  });
  return image;
}

function blank(width, height) {
  return { values: new Float32Array(width * height), width, height };
}

function pad({ values, width, height }, margin, filling) {
  const padded = blank(width + 2 * margin, height + 2 * margin);
  padded.values.fill(filling);
  for (let y = 0; y < height; y++) {
    const row = values.subarray(y * width, (y + 1) * width);
    padded.values.set(row, (y + margin) * padded.width + margin);
  }
  return padded;
}

function divide(values, divisor) {
  for (let p = 0; p < values.length; p++) values[p] /= divisor;
}

function highest(values) {
  let most = 0;
  for (let p = 0; p < values.length; p++) if (values[p] > most) most = values[p];
  return most;
}

function clip(value) {
  return Math.min(Math.max(value, 0), 1);
}
