/** Settings of the failure detector; times in milliseconds. */
export type DetectorOptions =
  | { readonly kind: 'timeout'; readonly timeoutMs: number }
  | {
      readonly kind: 'phi';
      readonly threshold: number;
      readonly minDeviationMs: number;
      readonly pauseMs: number;
      /** Used until enough heartbeats were received to estimate their interval. */
      readonly firstTimeoutMs: number;
    };

/** The rhythm of a sender: mean and variance of the time between heartbeats, the recent ones weighing more. */
export interface Rhythm {
  readonly count: number;
  readonly meanMs: number;
  readonly variance: number;
}

export const NO_RHYTHM: Rhythm = { count: 0, meanMs: 0, variance: 0 };
const WEIGHT = 0.1;
const ENOUGH = 5;

export function stepRhythm(rhythm: Rhythm, gapMs: number): Rhythm {
  const count = Math.min(rhythm.count + 1, 1_000);
  if (rhythm.count === 0) return { count, meanMs: gapMs, variance: 0 };
  const weight = Math.max(WEIGHT, 1 / count);
  const off = gapMs - rhythm.meanMs;
  return {
    count,
    meanMs: rhythm.meanMs + weight * off,
    variance: (1 - weight) * (rhythm.variance + weight * off * off),
  };
}

/** Time after the last heartbeat at which its sender counts as lost, in milliseconds. */
export function patienceMs(rhythm: Rhythm, options: DetectorOptions): number {
  if (options.kind === 'timeout') return options.timeoutMs;
  if (rhythm.count < ENOUGH) return options.firstTimeoutMs;
  const deviation = Math.max(Math.sqrt(rhythm.variance), options.minDeviationMs, rhythm.meanMs / 10);
  return rhythm.meanMs + options.pauseMs + deviationsFor(options.threshold) * deviation;
}

/**
 * Level of suspicion that a sender is lost: 1 means wrong about once in 10 times, 8 about once in 100,000,000.
 *
 * Source: Hayashibara et al., The φ accrual failure detector, 2004; with the logistic approximation that Akka uses.
 */
export function phi(deviations: number): number {
  const e = Math.exp(-deviations * (1.5976 + 0.070566 * deviations * deviations));
  return deviations > 0 ? -Math.log10(e / (1 + e)) : -Math.log10(1 - 1 / (1 + e));
}

const known = new Map<number, number>();

/** The other way round: at how many deviations after the mean phi passes the threshold. */
function deviationsFor(threshold: number): number {
  const before = known.get(threshold);
  if (before !== undefined) return before;
  let low = 0;
  let high = 50;
  for (let step = 0; step < 60; step += 1) {
    const middle = (low + high) / 2;
    if (phi(middle) < threshold) low = middle;
    else high = middle;
  }
  if (known.size < 100) known.set(threshold, high);
  return high;
}
