/**
 * How long to wait before attempt `attempt` (1 is the first retry): exponential, with full jitter, so that many clients
 * that lost the same server don't come back in step.
 *
 * Source: https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/
 */
export function backoffMs(attempt: number, baseMs: number, maxMs: number, random: () => number = Math.random): number {
  return Math.round(random() * backoffCeilingMs(attempt, baseMs, maxMs));
}

/** The longest that {@link backoffMs} gives for this attempt. */
export function backoffCeilingMs(attempt: number, baseMs: number, maxMs: number): number {
  return Math.min(maxMs, baseMs * 2 ** Math.min(attempt - 1, 40));
}
