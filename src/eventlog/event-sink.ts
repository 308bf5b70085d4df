import { ServiceError } from '../errors/service-error.ts';
import { Win32Error } from '../errors/win32-error.ts';
import type { EventLogService, EventLogTarget, EventRecord } from '../scm/event-log.ts';
import type { LogLevel, LogSink } from '../util/log.ts';
import type { Clock } from '../util/clock.ts';

/** One thing to write. */
export interface EventEntryToWrite {
  readonly record: EventRecord;
  /** Whether a record that is too long may become several. Only a plain message can. */
  readonly split: boolean;
  /** What a log without message files shows for it. */
  readonly text: string;
}

/** Takes records and never throws: what the event log refuses goes to the fallback. */
export interface EventSink {
  write(entry: EventEntryToWrite): void;
  /** Resolves when everything written so far is in the log or in the fallback. */
  flush(): Promise<void>;
  close(): void;
}

export interface SinkOptions {
  readonly port: EventLogService;
  readonly target: EventLogTarget;
  readonly refused: Refused;
  readonly clock: Clock;
}

/** Who hears of what the event log doesn't take. */
export interface Refused {
  /** Why, once for each reason. */
  because(error: Error): void;
  entry(entry: EventEntryToWrite): void;
  /** A warning about a log that takes records. */
  warn?(message: string): void;
}

/** A source that is missing, or a service that is down, is looked for again after this time, not at each record. */
const RETRY_MS = 60_000;
/** How the event log says that a record is too large, in spite of the limits that it documents. */
const TOO_LARGE = ['RPC_S_INVALID_BOUND', 'RPC_X_BAD_STUB_DATA', 'ERROR_INVALID_PARAMETER'];

export function isTooLarge(error: unknown): boolean {
  return error instanceof Win32Error && TOO_LARGE.includes(error.symbol ?? '');
}

/** What the event log didn't take: the reason once, the records all of them. */
export class Refusals {
  readonly #tell: Refused;
  readonly #clock: Clock;
  #reason: string | undefined;
  #retryAt = 0;

  constructor({ refused, clock }: SinkOptions) {
    this.#tell = refused;
    this.#clock = clock;
  }

  /** Whether the event log is not even to be tried. */
  get paused(): boolean {
    return this.#reason !== undefined && this.#clock.now() < this.#retryAt;
  }

  clear(): void {
    this.#reason = undefined;
  }

  take(entry: EventEntryToWrite, error?: Error): void {
    if (error) {
      if (error.message !== this.#reason) this.#tell.because(error);
      this.#reason = error.message;
      this.#retryAt = this.#clock.now() + (isAboutOneRecord(error) ? 0 : RETRY_MS);
    }
    this.#tell.entry(entry);
  }
}

const LEVELS: Record<EventRecord['severity'], LogLevel> = {
  success: 'info',
  info: 'info',
  warn: 'warn',
  error: 'error',
  auditSuccess: 'info',
  auditFailure: 'warn',
};

/** Hands refused records to a log. */
export function refuseTo(fallback: LogSink, source: string): Refused {
  return {
    because(error) {
      fallback.write('warn', `The event log takes no records; they follow here. ${error.message}`, { source });
    },
    warn(message) {
      fallback.write('warn', message, { source });
    },
    entry({ record, text }) {
      fallback.write(LEVELS[record.severity], text, { source, eventId: record.eventId & 0xffff });
    },
  };
}

/** Wrong arguments of one record say nothing about the next one. */
function isAboutOneRecord(error: Error): boolean {
  return isTooLarge(error) || (error instanceof ServiceError && error.code === 'INVALID_OPTIONS');
}
