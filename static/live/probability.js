/**
 * Returns a probability, 0..1, as text; `format_probability` in `ui/formatting.py` does the same.
 * `texts` has the texts for what is below and above all other percentages, and for these.
 */
export function formatProbability(probability, texts) {
  if (probability < 0.0005) return texts.below;
  if (probability >= 0.9995) return texts.above;
  return texts.other.replace("{number}", (100 * probability).toFixed(1));
}
