import * as z from 'zod/mini';
import { type Duration, toMs } from '../../util/duration.ts';
import { duration, interval, wholeNumber } from '../../util/option-types.ts';

/** Delays and limits of the actions on a failed target. */
export interface WatchPolicy {
  /** Time that it must have failed before the first action. Default 0: the thresholds of its checks have decided. */
  readonly debounce?: Duration;
  /** Wait before the second action in a row; it doubles with each. Default 10 s. */
  readonly backoff?: Duration;
  /** Longest wait between two actions in a row. Default 10 min. */
  readonly maxBackoff?: Duration;
  /** Time between an action and the next failure after which that failure is a new one. Default 10 min. */
  readonly stableAfter?: Duration;
  /** Most actions in any such time; then the watchdog gives up. Default 5 in 1 h. */
  readonly limit?: { readonly count: number; readonly per: Duration };
  /** Time without actions after the watchdog gave up; then one attempt, and so on until the target works. Default 1 h. */
  readonly quiet?: Duration;
  /** Time in which the target should be normal after an action. Default 30 s. */
  readonly grace?: Duration;
}

export const policySchema = z.strictObject({
  debounce: z.optional(duration),
  backoff: z.optional(duration),
  maxBackoff: z.optional(duration),
  stableAfter: z.optional(duration),
  limit: z.optional(z.strictObject({ count: wholeNumber(1, 1_000), per: interval })),
  quiet: z.optional(interval),
  grace: z.optional(interval),
});

/** A {@link WatchPolicy} in milliseconds. */
export interface PolicyLimits {
  readonly debounceMs: number;
  readonly backoffMs: number;
  readonly maxBackoffMs: number;
  readonly stableAfterMs: number;
  readonly limitCount: number;
  readonly limitPerMs: number;
  readonly quietMs: number;
  readonly graceMs: number;
  /** The target has actions. */
  readonly acts: boolean;
}

export function policyLimits(policy: WatchPolicy, acts: boolean): PolicyLimits {
  return {
    debounceMs: toMs(policy.debounce ?? 0),
    backoffMs: toMs(policy.backoff ?? '10s'),
    maxBackoffMs: toMs(policy.maxBackoff ?? '10m'),
    stableAfterMs: toMs(policy.stableAfter ?? '10m'),
    limitCount: policy.limit?.count ?? 5,
    limitPerMs: toMs(policy.limit?.per ?? '1h'),
    quietMs: toMs(policy.quiet ?? '1h'),
    graceMs: toMs(policy.grace ?? '30s'),
    acts,
  };
}
