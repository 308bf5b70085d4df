import { hookResults, type Life } from '../life.ts';
import type { HookResult } from './hook-queue.ts';
import { type HookStep, type ShutdownRecord, wholeMs } from './shutdown-record.ts';

/** Record of the stop of this life at a time; undefined when no stop has begun. */
export function toShutdownRecord(life: Life, now: number): ShutdownRecord | undefined {
  const { stop, stopStep, listenersStep } = life;
  if (!stop) return undefined;
  return {
    reason: stop.reason,
    ms: wholeMs(now - stop.began),
    budgetMs: wholeMs(Math.max(0, stop.deadline - stop.began)),
    ...(stopStep && { stop: stopStep }),
    hooks: hookResults(life).map(toHookStep),
    ...(listenersStep && { signal: listenersStep }),
  };
}

function toHookStep({ error, ...rest }: HookResult): HookStep {
  return { ...rest, ms: wholeMs(rest.ms), afterMs: wholeMs(rest.afterMs), ...(error && { error: error.message }) };
}
