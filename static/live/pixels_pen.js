// The pen of the pixel editor: which pixels it paints.

export const SIDE = 28;

/** Returns the pixels on the way of a square pen between two positions of row and column. */
export function listPainted(from, to, width) {
  const [down, across] = [to[0] - from[0], to[1] - from[1]];
  const steps = Math.max(1, Math.abs(down), Math.abs(across));
  const before = Math.floor((width - 1) / 2);
  const painted = new Set();
  for (let step = 0; step <= steps; step++) {
    const top = Math.round(from[0] + (down * step) / steps) - before;
    const left = Math.round(from[1] + (across * step) / steps) - before;
    for (let row = Math.max(0, top); row < Math.min(SIDE, top + width); row++) {
      for (let column = Math.max(0, left); column < Math.min(SIDE, left + width); column++) {
        painted.add(row * SIDE + column);
      }
    }
  }
  return painted;
}
