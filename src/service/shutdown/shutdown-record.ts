import { formatMs } from '../../util/duration.ts';
import type { StopReason } from '../context/context.ts';

/** One part of a stop. */
export interface ShutdownStep {
  /** How long it took, in milliseconds. */
  readonly ms: number;
  /** `timeout`: it took longer than it may. `skipped`: the time for the stop was over before its turn. */
  readonly outcome: 'done' | 'failed' | 'timeout' | 'skipped';
  /** Message of the error. */
  readonly error?: string;
}

/** What a shutdown hook did, as plain data. */
export interface HookStep extends ShutdownStep {
  /** The name that it was registered with. */
  readonly name: string;
  readonly order: number;
  readonly group?: string;
  /** Time from the beginning of the first hook to the beginning of this one, in milliseconds. */
  readonly afterMs: number;
}

/** What the app's listeners of SIGTERM did. */
export interface ListenersStep extends ShutdownStep {
  /** How many there were. */
  readonly listeners: number;
}

/** What ran when a service stopped: plain data, written to the log as one record. */
export interface ShutdownRecord {
  readonly reason: StopReason;
  /** Duration of the stop until then, in milliseconds. */
  readonly ms: number;
  /** Time that the whole stop had at its beginning, in milliseconds. */
  readonly budgetMs: number;
  /** The stop handler. Missing when there is none, or when `start` had not resolved. */
  readonly stop?: ShutdownStep;
  readonly hooks: readonly HookStep[];
  /** The app's listeners of SIGTERM, where it has some. */
  readonly signal?: ListenersStep;
}

/** Rounds milliseconds of the clock, which have fractions. */
export function wholeMs(ms: number): number {
  return Math.round(ms);
}

/** All parts of a stop. */
export function shutdownSteps({ stop, hooks, signal }: ShutdownRecord): readonly ShutdownStep[] {
  return [...(stop ? [stop] : []), ...hooks, ...(signal ? [signal] : [])];
}

/** `The stop (shutdown) took 1.2 s of 4 s: 3 done, 1 timeout.` */
export function describeShutdown(record: ShutdownRecord): string {
  const counts = new Map<string, number>();
  for (const { outcome } of shutdownSteps(record)) counts.set(outcome, (counts.get(outcome) ?? 0) + 1);
  const outcomes = [...counts].map(([outcome, count]) => `${count} ${outcome}`).join(', ');
  return `The stop (${record.reason}) took ${formatMs(record.ms)} of ${formatMs(record.budgetMs)}: ${outcomes}.`;
}
