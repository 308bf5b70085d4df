import { customCheck, type Check, type CheckResult, type HeartbeatSource } from '../../health/index.ts';
import type { Clock } from '../../util/clock.ts';
import type { Duration } from '../../util/duration.ts';
import { formatMs, toMs } from '../../util/duration.ts';
import type { Signal } from '../decision/step.ts';

/** A receiver that is asked, and that may tell by itself when somebody is lost. */
export interface WatchedReceiver extends HeartbeatSource {
  on?(event: 'change', fn: (sender: { readonly id: string }) => void): unknown;
  off?(event: 'change', fn: (sender: { readonly id: string }) => void): unknown;
}

/** Whose heartbeats are waited for. */
export interface WatchedHeartbeat {
  /** What `createHeartbeatReceiver` gives. */
  readonly receiver: WatchedReceiver;
  /** Default: the name of the target. */
  readonly sender?: string;
  /** How long after the start of the watchdog the first one may take. Default 1 min. */
  readonly firstWithin?: Duration;
}

/** What a heartbeat means for its target. */
export interface HeartbeatRules {
  readonly target: string;
  readonly keepRunning: boolean;
  /** The SCM says whether its end was wanted: a service that fails says goodbye too. */
  readonly hasService: boolean;
}

/** The receiver has its own patience: what it says is believed at once, and heard of at once. */
export function heartbeatSource(
  { receiver, sender, firstWithin = '1m' }: WatchedHeartbeat,
  rules: HeartbeatRules,
  clock: Clock,
  tell: (signal: Signal) => void,
): Check {
  const id = sender ?? rules.target;
  const patienceMs = toMs(firstWithin);
  const began = clock.now();
  const look = (): CheckResult => {
    const known = receiver.sender(id);
    if (!known && clock.now() - began < patienceMs) return { verdict: 'pass', message: 'waiting for the first one' };
    tell(signalOf(known, patienceMs, rules));
    return { verdict: 'pass' };
  };
  const changed = (its: { readonly id: string }): void => {
    if (its.id === id) look();
  };
  return {
    ...customCheck('heartbeat', look, { interval: '1s' }),
    start: () => receiver.on?.('change', changed),
    stop: () => receiver.off?.('change', changed),
  };
}

function signalOf(
  known: ReturnType<HeartbeatSource['sender']>,
  patienceMs: number,
  { keepRunning, hasService }: HeartbeatRules,
): Signal {
  if (!known) return { level: 'bad', reason: `none has come within ${formatMs(patienceMs)}` };
  if (known.state === 'alive') return { level: 'good', reason: '' };
  if (known.state === 'ended' && hasService) return { level: 'good', reason: '' };
  if (known.state === 'ended' && !keepRunning) return { level: 'off', reason: 'it said goodbye' };
  return { level: 'bad', reason: `the last one came at ${known.lastAt.toISOString()}` };
}
