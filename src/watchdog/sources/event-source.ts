import type { CheckResult } from '../../health/index.ts';
import type { Clock } from '../../util/clock.ts';
import { pause } from '../../util/pause.ts';
import { toError } from '../../util/to-error.ts';
import { EventResume } from './event-resume.ts';
import { MatchCounter, type MatchLimits } from './match-counter.ts';
import { createMatcher, type MatchTests, type Test } from './matcher.ts';
import { type Report, type Source, toResult } from './source.ts';

/** Event as the watchdog reads it: what `readEvents` of `winsvc/eventlog` yields. */
export interface WatchedEvent {
  /** Event identifier, as Event Viewer shows it. */
  readonly id: number;
  /** Name of the event source. */
  readonly source: string;
  /** Text as Event Viewer shows it; `undefined` when no message file has it. */
  readonly message: string | undefined;
  /** Parameters of the event, in their order. */
  readonly strings: readonly string[];
  /** Security identifier of the user, such as `S-1-5-18`. */
  readonly user?: string | undefined;
  /** Number of the record, by which an event is recognized after the event log could not be read. */
  readonly recordId?: number | undefined;
  /** Time of the record. */
  readonly time?: Date | undefined;
}

/** Severity of an event, as the event log names it. */
export type WatchedEventLevel = 'critical' | 'error' | 'warn' | 'info' | 'verbose';

/** Query that the watchdog passes to `read`. */
export interface EventStreamOptions {
  /** Log to read. Default `'Application'`. */
  readonly log?: string;
  /** Name of the event source, or several. */
  readonly source?: string | readonly string[];
  /** Event identifiers. */
  readonly ids?: readonly number[];
  /** Lowest severity, or a list of exactly these. */
  readonly level?: WatchedEventLevel | readonly WatchedEventLevel[];
  /** Earliest time, after the event log could not be read. Default: new events only. */
  readonly since?: Date;
  /** Includes events that are written from now on. */
  readonly follow: true;
  /** Aborts when the watchdog is closed. */
  readonly signal: AbortSignal;
}

/**
 * Events of the Windows event log that mean a failure. At least one of `ids`, `level`, `patterns` and `codes`; an event
 * must meet all that are given.
 *
 * Every local user may write events of any source into the Application log. See docs/watchdog.md before you let such an
 * event restart a service.
 */
export interface WatchedEvents extends MatchLimits, MatchTests {
  /** `readEvents` of `winsvc/eventlog`. Passed as an option, so that the watchdog loads it only where it is used. */
  readonly read: (options: EventStreamOptions) => AsyncIterable<WatchedEvent>;
  /** Log to read. Default `'Application'`. */
  readonly log?: string;
  /** Name of the event source, or several. Default: every source. */
  readonly source?: string | readonly string[];
  /** Event identifiers, 0 to 65,535. Default: all. */
  readonly ids?: readonly number[];
  /** Lowest severity, which includes all that are worse; or a list of exactly these. Default: all. */
  readonly level?: WatchedEventLevel | readonly WatchedEventLevel[];
  /**
   * Security identifier that the event must carry, or several: the account of the service, such as `S-1-5-18` for
   * LocalSystem. Default: any, also none.
   */
  readonly user?: string | readonly string[];
}

/** Delay before the event log is opened again after a failure, in milliseconds; doubles each time. */
const RETRY_MS = 1_000;
const MAX_RETRY_MS = 60_000;

/** Follows the event log for as long as health runs. */
export function eventSource(events: WatchedEvents, clock: Clock, report: Report): Source {
  let isBad: Test = () => true;
  const users = events.user === undefined ? undefined : new Set([events.user].flat().map((sid) => sid.toUpperCase()));
  const matches = new MatchCounter(events, clock, report);
  let stop: AbortController | undefined;
  let trouble: string | undefined;

  async function follow(signal: AbortSignal): Promise<void> {
    const resume = new EventResume(clock);
    let since: Date | undefined;
    for (let retryMs = RETRY_MS; !signal.aborted; retryMs = Math.min(retryMs * 2, MAX_RETRY_MS)) {
      try {
        for await (const event of events.read(toQuery(events, signal, since))) {
          trouble = undefined;
          retryMs = RETRY_MS;
          if (!resume.add(event)) continue;
          if (users && !users.has((event.user ?? '').toUpperCase())) continue;
          const text = event.message ?? event.strings.join(' ');
          if (isBad(text)) matches.add([`${event.source} ${event.id}: ${text}`]);
        }
        trouble = 'the event log ended';
      } catch (error) {
        trouble = toError(error).message;
      }
      since = resume.since;
      await pause(retryMs, clock, signal);
    }
  }
  function run(): Promise<CheckResult> {
    matches.add([]);
    // A log that can't be read is no failure of its service.
    return Promise.resolve(
      trouble !== undefined && matches.signal.level === 'good'
        ? { verdict: 'warn', message: trouble }
        : toResult(matches.signal),
    );
  }
  return {
    async prepare() {
      isBad = (await createMatcher(events)) ?? isBad;
    },
    check: {
      name: 'events',
      kind: 'events',
      options: { interval: '1s' },
      run,
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
    reset: () => {
      matches.reset();
    },
  };
}

function toQuery(
  { log, source, ids, level }: WatchedEvents,
  signal: AbortSignal,
  since: Date | undefined,
): EventStreamOptions {
  return {
    follow: true,
    signal,
    ...(log === undefined ? {} : { log }),
    ...(source === undefined ? {} : { source }),
    ...(ids && { ids }),
    ...(level && { level }),
    ...(since && { since }),
  };
}
