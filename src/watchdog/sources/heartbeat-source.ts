import type { CheckResult, HeartbeatSource } from '../../health/index.ts';
import { type Clock, timeOfDay } from '../../util/clock.ts';
import { type Duration, formatMs, toMs } from '../../util/duration.ts';
import type { Signal } from '../decision/watch-status.ts';
import { type Report, type Source, toResult } from './source.ts';

/**
 * Receiver of heartbeats: what `createHeartbeatReceiver` returns. Its `change` event lets the watchdog react at once.
 */
export interface WatchedReceiver extends HeartbeatSource {
  /** Adds a listener for the change of a sender's state. */
  on?(event: 'change', fn: (sender: { readonly id: string }) => void): unknown;
  /** Removes the listener. */
  off?(event: 'change', fn: (sender: { readonly id: string }) => void): unknown;
}

/** Heartbeats to wait for. */
export interface WatchedHeartbeat {
  /** Receiver of `createHeartbeatReceiver`. Start and close it yourself. */
  readonly receiver: WatchedReceiver;
  /** Id of the sender. Default: the name of the target. */
  readonly sender?: string;
  /** Longest time until the first heartbeat, from the creation of the watchdog. Default 1 min. */
  readonly firstWithin?: Duration;
}

/** Meaning of a heartbeat for its target. */
export interface HeartbeatRules {
  readonly target: string;
  readonly keepRunning: boolean;
  /** The SCM knows how the service ended: a service that fails stops its sender too. */
  readonly hasService: boolean;
}

/** Observes one sender. The receiver has its own timeout, so its state is used without thresholds. */
export function heartbeatSource(
  { receiver, sender, firstWithin = '1m' }: WatchedHeartbeat,
  rules: HeartbeatRules,
  clock: Clock,
  report: Report,
): Source {
  const id = sender ?? rules.target;
  const patienceMs = toMs(firstWithin);
  const began = clock.now();
  const observe = (): CheckResult => {
    const known = receiver.sender(id);
    if (!known && clock.now() - began < patienceMs) return { verdict: 'warn', message: 'no heartbeat yet' };
    const signal = toSignal(known, patienceMs, rules, timeOfDay(clock));
    report(signal);
    if (known?.state === 'ended') return { verdict: 'warn', certain: true, message: 'its sender was stopped' };
    return toResult(signal);
  };
  const changed = (its: { readonly id: string }): void => {
    if (its.id === id) observe();
  };
  return {
    check: {
      name: 'heartbeat',
      kind: 'heartbeat',
      options: { interval: '1s' },
      run: () => Promise.resolve(observe()),
      start: () => receiver.on?.('change', changed),
      stop: () => receiver.off?.('change', changed),
    },
  };
}

function toSignal(
  known: ReturnType<HeartbeatSource['sender']>,
  patienceMs: number,
  { keepRunning, hasService }: HeartbeatRules,
  now: number,
): Signal {
  if (!known) return { level: 'bad', reason: `no heartbeat within ${formatMs(patienceMs)}` };
  if (known.state === 'alive') return { level: 'good', reason: '' };
  if (known.state === 'ended' && hasService) return { level: 'good', reason: '' };
  if (known.state === 'ended' && !keepRunning) return { level: 'off', reason: 'its sender was stopped' };
  return { level: 'bad', reason: `no heartbeat for ${formatMs(Math.max(0, now - known.lastAt.getTime()))}` };
}
