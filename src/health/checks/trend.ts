/** One measurement. */
export interface Sample {
  readonly at: number;
  readonly value: number;
}

/** Direction of samples. Single outliers don't matter. */
export interface Trend {
  /** Per millisecond: the median of the slopes of all pairs (Theil–Sen). */
  readonly slope: number;
  /** Steadiness: 1 when every later sample is higher, 0 when there is no order (Kendall's tau). */
  readonly steadiness: number;
}

/** @returns `undefined` for fewer than 3 samples. Takes n² steps: keep the samples below a few hundred. */
export function trendOf(samples: readonly Sample[]): Trend | undefined {
  if (samples.length < 3) return undefined;
  const slopes: number[] = [];
  let order = 0;
  for (const [index, later] of samples.entries()) {
    for (const earlier of samples.slice(0, index)) {
      if (later.at === earlier.at) continue;
      slopes.push((later.value - earlier.value) / (later.at - earlier.at));
      order += Math.sign(later.value - earlier.value);
    }
  }
  if (slopes.length === 0) return undefined;
  slopes.sort((a, b) => a - b);
  return { slope: slopes[slopes.length >> 1] as number, steadiness: order / slopes.length };
}
