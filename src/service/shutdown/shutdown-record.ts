import { formatMs } from '../../util/duration.ts';
import type { StopReason } from '../context/context.ts';

/** Part of a stop. */
export interface ShutdownStep {
  /** Duration, in milliseconds. */
  readonly ms: number;
  /** Outcome. `'timeout'`: its time was over. `'skipped'`: the time for the stop was over before its turn. */
  readonly outcome: 'done' | 'failed' | 'timeout' | 'skipped';
  /** Message of the error, if it failed. */
  readonly error?: string;
}

/** Shutdown hook in the record of a stop. */
export interface HookStep extends ShutdownStep {
  /** Name of the hook. */
  readonly name: string;
  /** Order that it was registered with. */
  readonly order: number;
  /** Group that it was registered with. */
  readonly group?: string;
  /** Time from the beginning of the first hook to the beginning of this one, in milliseconds. */
  readonly afterMs: number;
}

/** The app's SIGTERM listeners in the record of a stop. */
export interface ListenersStep extends ShutdownStep {
  /** Number of listeners. */
  readonly listeners: number;
}

/** Record of a stop: plain data, written to the log. */
export interface ShutdownRecord {
  /** Reason of the stop. */
  readonly reason: StopReason;
  /** Duration of the stop, in milliseconds. */
  readonly ms: number;
  /** Time that the whole stop had at its beginning, in milliseconds. */
  readonly budgetMs: number;
  /** Stop handler. Missing when there is none, or when `start` had not resolved. */
  readonly stop?: ShutdownStep;
  /** Shutdown hooks, in the order in which they began. */
  readonly hooks: readonly HookStep[];
  /** The app's SIGTERM listeners. Missing when there are none. */
  readonly signal?: ListenersStep;
}

/** Rounds milliseconds of the clock, which have fractions. */
export function wholeMs(ms: number): number {
  return Math.round(ms);
}

/** Lists all parts of a stop. */
export function shutdownSteps({ stop, hooks, signal }: ShutdownRecord): readonly ShutdownStep[] {
  return [...(stop ? [stop] : []), ...hooks, ...(signal ? [signal] : [])];
}

/** Describes a stop: `The stop (shutdown) took 1.2 s of 4 s: 3 done, 1 timeout.` */
export function describeShutdown(record: ShutdownRecord): string {
  const counts = new Map<string, number>();
  for (const { outcome } of shutdownSteps(record)) counts.set(outcome, (counts.get(outcome) ?? 0) + 1);
  const outcomes = [...counts].map(([outcome, count]) => `${count} ${outcome}`).join(', ');
  return `The stop (${record.reason}) took ${formatMs(record.ms)} of ${formatMs(record.budgetMs)}: ${outcomes}.`;
}
