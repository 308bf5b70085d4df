// @ts-check
/** The few statistics that the tables need. Medians and quantiles, no means: one stall of the machine must not move them. */

/** @param {readonly number[]} values @param {number} q 0 to 1; the nearest rank, so it is always a value that was measured */
export function quantile(values, q) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(q * sorted.length) - 1)] ?? NaN;
}

/** @param {readonly number[]} values */
export const median = (values) => quantile(values, 0.5);

/** Pairs that were taken next to each other: the machine's speed at that moment cancels out. @param {readonly number[]} values @param {readonly number[]} by */
export const ratios = (values, by) => values.slice(0, by.length).map((value, i) => value / (by[i] ?? NaN));
