import { check, type Check, type CheckResult, type HeartbeatSource } from '../health/index.ts';
import type { ClockPort } from '../util/clock.ts';
import type { Duration } from '../util/duration.ts';
import { formatMs, toMs } from '../util/duration.ts';
import type { Signal } from './step.ts';

/** Whose heartbeats are waited for. */
export interface WatchedHeartbeat {
  /** What `createHeartbeatReceiver` gives. */
  readonly receiver: HeartbeatSource;
  /** Default: the name of the target. */
  readonly sender?: string;
  /** How long after the start of the watchdog the first one may take. Default 1 min. */
  readonly firstWithin?: Duration;
}

/** The receiver has its own patience: what it says is believed at once. */
export function heartbeatSource(
  { receiver, sender, firstWithin = '1m' }: WatchedHeartbeat,
  target: string,
  keepRunning: boolean,
  clock: ClockPort,
  tell: (signal: Signal) => void,
): Check {
  const id = sender ?? target;
  const patienceMs = toMs(firstWithin);
  const began = clock.now();
  return check(
    'heartbeat',
    (): CheckResult => {
      const known = receiver.sender(id);
      if (!known && clock.now() - began < patienceMs) return { verdict: 'pass', message: 'waiting for the first one' };
      tell(signalOf(known, patienceMs, keepRunning));
      return { verdict: 'pass' };
    },
    { interval: '1s' },
  );
}

function signalOf(known: ReturnType<HeartbeatSource['sender']>, patienceMs: number, keepRunning: boolean): Signal {
  if (!known) return { level: 'bad', reason: `none has come within ${formatMs(patienceMs)}` };
  if (known.state === 'alive') return { level: 'good', reason: '' };
  if (known.state === 'ended' && !keepRunning) return { level: 'off', reason: 'it said goodbye' };
  return { level: 'bad', reason: `the last one came at ${known.lastAt.toISOString()}` };
}
