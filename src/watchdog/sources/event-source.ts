import { customCheck, type Check, type CheckResult } from '../../health/index.ts';
import type { Clock } from '../../util/clock.ts';
import { toError } from '../../util/to-error.ts';
import { createTest, type HitLimits, MatchCounter, type HitTests } from './match-counter.ts';
import type { HitSource } from './log-source.ts';
import type { Signal } from '../decision/step.ts';

/** What the watchdog needs of an event. */
export interface WatchedEvent {
  readonly id: number;
  readonly source: string;
  readonly message: string | undefined;
  readonly strings: readonly string[];
}

/** How bad an event is. */
export type WatchedEventLevel = 'critical' | 'error' | 'warn' | 'info' | 'verbose';

/** What the watchdog asks of the event log. */
export interface EventStreamOptions {
  readonly log?: string;
  readonly source?: string | readonly string[];
  readonly ids?: readonly number[];
  readonly level?: WatchedEventLevel | readonly WatchedEventLevel[];
  readonly follow: true;
  readonly signal: AbortSignal;
}

/**
 * Events of the Windows event log, and which of them mean that a service doesn't work. At least one of `ids`, `level`,
 * `patterns` and `codes`; an event must meet all that are given.
 */
export interface WatchedEvents extends HitLimits, HitTests {
  /** `readEvents` of `winsvc/eventlog`: handed in, so that the watchdog loads it only where it is used. */
  readonly read: (options: EventStreamOptions) => AsyncIterable<WatchedEvent>;
  /** Default `'Application'`. */
  readonly log?: string;
  readonly source?: string | readonly string[];
  readonly ids?: readonly number[];
  /** A level means it and all that are worse; a list means exactly these. */
  readonly level?: WatchedEventLevel | readonly WatchedEventLevel[];
}

/** A reader that fails is asked again after so long, doubled each time. */
const RETRY_MS = 1_000;
const MAX_RETRY_MS = 60_000;

/** Follows the event log for as long as health runs. */
export function eventSource(events: WatchedEvents, clock: Clock, tell: (signal: Signal) => void): HitSource {
  const isBad = createTest(events) ?? (() => true);
  const hits = new MatchCounter(events, clock, tell);
  let stop: AbortController | undefined;
  let trouble: string | undefined;

  async function follow(signal: AbortSignal): Promise<void> {
    for (let retryMs = RETRY_MS; !signal.aborted; retryMs = Math.min(retryMs * 2, MAX_RETRY_MS)) {
      try {
        for await (const event of events.read(queryOf(events, signal))) {
          trouble = undefined;
          retryMs = RETRY_MS;
          const text = textOf(event);
          if (isBad(text)) hits.add([`${event.source} ${event.id}: ${text}`]);
        }
        trouble = 'the event log ended';
      } catch (error) {
        trouble = toError(error).message;
      }
      await pause(clock, retryMs, signal);
    }
  }
  const look = (): CheckResult => {
    hits.add([]);
    // A log that can't be read says nothing about its service.
    return trouble === undefined ? { verdict: 'pass' } : { verdict: 'warn', message: trouble };
  };
  const plain: Check = customCheck('events', look, { interval: '1s' });
  return {
    check: {
      ...plain,
      start() {
        if (stop) return;
        stop = new AbortController();
        void follow(stop.signal);
      },
      stop() {
        stop?.abort(new DOMException('the watchdog was closed', 'AbortError'));
        stop = undefined;
      },
    },
    reset() {
      hits.reset();
    },
  };
}

function queryOf({ log, source, ids, level }: WatchedEvents, signal: AbortSignal): EventStreamOptions {
  return {
    follow: true,
    signal,
    ...(log === undefined ? {} : { log }),
    ...(source === undefined ? {} : { source }),
    ...(ids && { ids }),
    ...(level && { level }),
  };
}

function textOf({ message, strings }: WatchedEvent): string {
  return message ?? strings.join(' ');
}

function pause(clock: Clock, ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) {
      resolve();
      return;
    }
    const cancel = clock.setTimeout(done, ms);
    signal.addEventListener('abort', done, { once: true });
    function done(): void {
      cancel();
      signal.removeEventListener('abort', done);
      resolve();
    }
  });
}
