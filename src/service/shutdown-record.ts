import { formatMs } from '../util/duration.ts';
import type { StopReason } from './context.ts';
import type { HookResult } from './shutdown-hooks.ts';

/** One thing that was done at a stop. */
export interface ShutdownStep {
  readonly ms: number;
  readonly outcome: 'done' | 'failed' | 'timeout' | 'skipped';
  /** The message of the error. */
  readonly error?: string;
}

/** What a shutdown hook did. */
export interface HookStep extends ShutdownStep {
  readonly name: string;
  readonly order: number;
  readonly group?: string;
  /** When it began: milliseconds after the first hook did. */
  readonly afterMs: number;
}

/** What ran when a service stopped: plain data, written to the log as one record. */
export interface ShutdownRecord {
  readonly reason: StopReason;
  /** From the moment that the service began to stop. */
  readonly ms: number;
  /** What the whole stop had at its beginning, in milliseconds. */
  readonly budgetMs: number;
  /** The stop handler; missing when there is none, or when `start` had not resolved. */
  readonly stop?: ShutdownStep;
  readonly hooks: readonly HookStep[];
  /** The app's own listeners of SIGTERM, where it has some. */
  readonly signal?: ShutdownStep & { readonly listeners: number };
}

export function hookStep({ error, ...rest }: HookResult): HookStep {
  return { ...rest, ms: whole(rest.ms), afterMs: whole(rest.afterMs), ...(error && { error: error.message }) };
}

/** Tenths of a microsecond say nothing. */
export function whole(ms: number): number {
  return Math.round(ms);
}

export function stepsOf({ stop, hooks, signal }: ShutdownRecord): readonly ShutdownStep[] {
  return [...(stop ? [stop] : []), ...hooks, ...(signal ? [signal] : [])];
}

/** `The stop (shutdown) took 1.2 s of 4 s: 3 done, 1 timeout.` */
export function describeShutdown(record: ShutdownRecord): string {
  const counts = new Map<string, number>();
  for (const { outcome } of stepsOf(record)) counts.set(outcome, (counts.get(outcome) ?? 0) + 1);
  const outcomes = [...counts].map(([outcome, count]) => `${count} ${outcome}`).join(', ');
  return `The stop (${record.reason}) took ${formatMs(record.ms)} of ${formatMs(record.budgetMs)}: ${outcomes}.`;
}
