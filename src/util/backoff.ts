/**
 * Delay before attempt `attempt` (1 is the first retry), in milliseconds: exponential, with full jitter, so that clients
 * that lost the same server don't return in step.
 *
 * Source: https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/
 */
export function backoffMs(attempt: number, baseMs: number, maxMs: number, random: () => number = Math.random): number {
  return Math.round(random() * backoffCeilingMs(attempt, baseMs, maxMs));
}

/** Longest delay of {@link backoffMs} for this attempt, in milliseconds. */
export function backoffCeilingMs(attempt: number, baseMs: number, maxMs: number): number {
  return Math.min(maxMs, baseMs * 2 ** Math.min(attempt - 1, 40));
}
