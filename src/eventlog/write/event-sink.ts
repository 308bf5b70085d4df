import { ServiceError } from '../../errors/service-error.ts';
import { Win32Error } from '../../errors/win32-error.ts';
import type { EventLogService, EventLogTarget, EventRecord } from '../../scm/event-log.ts';
import type { LogLevel, LogSink } from '../../util/log.ts';
import type { Clock } from '../../util/clock.ts';

/** Record to write, with its text for other logs. */
export interface EventEntryToWrite {
  readonly record: EventRecord;
  /** `true`: a record that is too long becomes several. Only a plain message can. */
  readonly split: boolean;
  /** Whole text, for a log without message files. */
  readonly text: string;
}

/** Target of records that never throws: records that the event log refuses go to the fallback. */
export interface EventSink {
  write(entry: EventEntryToWrite): void;
  /** Resolves when every record so far is in the log or in the fallback. */
  flush(): Promise<void>;
  close(): void;
}

export interface SinkOptions {
  readonly port: EventLogService;
  readonly target: EventLogTarget;
  readonly refused: Refused;
  readonly clock: Clock;
}

/** Target of the records that the event log refuses. */
export interface Refused {
  /** Gets the error, once for each message. */
  because(error: Error): void;
  entry(entry: EventEntryToWrite): void;
  /** Gets a warning about a log that takes records. */
  warn?(message: string): void;
}

/** Time until a missing source, or a stopped Event Log service, is tried again, in milliseconds. */
const RETRY_MS = 60_000;
/** Codes for a record that is too large. They come also within the documented limits. */
const TOO_LARGE = ['RPC_S_INVALID_BOUND', 'RPC_X_BAD_STUB_DATA', 'ERROR_INVALID_PARAMETER'];

/** Checks for an error that means a record that is too large. */
export function isTooLarge(error: unknown): boolean {
  return error instanceof Win32Error && TOO_LARGE.includes(error.symbol ?? '');
}

/** Hands on refused records: the reason once, the records all of them. */
export class Refusals {
  readonly #refused: Refused;
  readonly #clock: Clock;
  #reason: string | undefined;
  #retryAt = 0;

  constructor({ refused, clock }: SinkOptions) {
    this.#refused = refused;
    this.#clock = clock;
  }

  /** `true`: the last failure is so recent that the event log isn't tried. */
  get paused(): boolean {
    return this.#reason !== undefined && this.#clock.now() < this.#retryAt;
  }

  /** Forgets the failure: a record was written. */
  clear(): void {
    this.#reason = undefined;
  }

  /** Takes a refused record, with the error of this attempt. */
  take(entry: EventEntryToWrite, error?: Error): void {
    if (error) {
      if (error.message !== this.#reason) this.#refused.because(error);
      this.#reason = error.message;
      this.#retryAt = this.#clock.now() + (isAboutOneRecord(error) ? 0 : RETRY_MS);
    }
    this.#refused.entry(entry);
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

/** Writes refused records to a log. */
export function refuseTo(fallback: LogSink, source: string): Refused {
  return {
    because(error) {
      fallback.write('warn', `The event log takes no records, so they are written here. ${error.message}`, { source });
    },
    warn(message) {
      fallback.write('warn', message, { source });
    },
    entry({ record, text }) {
      fallback.write(LEVELS[record.severity], text, { source, eventId: record.eventId & 0xffff });
    },
  };
}

/** Checks for an error that says nothing about the next record. */
function isAboutOneRecord(error: Error): boolean {
  return isTooLarge(error) || (error instanceof ServiceError && error.code === 'INVALID_OPTIONS');
}
