/** Returns a probability, 0..1, as text; `format_probability` in `ui/formatting.py` does the same. */
export function formatProbability(probability) {
  if (probability < 0.0005) return "<\u00a00.1\u00a0%";
  if (probability >= 0.9995) return ">\u00a099.9\u00a0%";
  return `${(100 * probability).toFixed(1)}\u00a0%`;
}
