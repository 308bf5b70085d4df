import { ServiceError } from '../errors/service-error.ts';
import { Win32Error } from '../errors/win32-error.ts';
import type {
  EventLogConnection,
  EventLogPort,
  EventLogTarget,
  EventRecord,
  RemoteEventLogConnection,
} from '../ports/event-log-port.ts';
import type { LogLevel, LogPort } from '../ports/log-port.ts';
import type { ClockPort } from '../util/clock.ts';
import { toError } from '../util/to-error.ts';
import { fitRecord, MAX_RECORD_BYTES } from './fit-record.ts';

/** Takes records and never throws: what the event log refuses goes to the fallback. */
export interface EventSink {
  /** `split`: a record that is too long may become several. */
  write(record: EventRecord, split: boolean): void;
  /** Resolves when everything written so far is in the log or in the fallback. */
  flush(): Promise<void>;
  close(): void;
}

export interface SinkOptions {
  readonly port: EventLogPort;
  readonly target: EventLogTarget;
  readonly fallback: LogPort;
  readonly clock: ClockPort;
}

/** A source that is missing, or a service that is down, is looked for again after this time, not at each record. */
const RETRY_MS = 60_000;
/** Records that wait for a remote machine; later ones go to the fallback. */
const MAX_WAITING = 1_000;
/** How the event log says that a record is too large, in spite of the limits that it documents. */
const TOO_LARGE = ['RPC_S_INVALID_BOUND', 'RPC_X_BAD_STUB_DATA', 'ERROR_INVALID_PARAMETER'];

/** The event log of this machine. A record is in the log when `write` returns. */
export function createLocalSink({ port, target, fallback, clock }: SinkOptions): EventSink {
  const refused = createRefusals(target, fallback, clock);
  let connection: EventLogConnection | undefined;

  function report(record: EventRecord): void {
    connection ??= port.open(target);
    connection.report(record);
  }
  function reconnect(): void {
    connection?.close();
    connection = undefined;
  }
  return {
    write(record, split) {
      for (const part of fitRecord(record, split)) {
        if (refused.paused) {
          refused.take(part);
          continue;
        }
        try {
          retryOnce(part, report, reconnect, connection !== undefined);
          refused.clear();
        } catch (error) {
          refused.take(part, toError(error));
        }
      }
    },
    flush: () => Promise.resolve(),
    close: reconnect,
  };
}

/** Smaller when it was too large; on a new connection when the old one went stale (the service was restarted). */
function retryOnce(record: EventRecord, report: (record: EventRecord) => void, reconnect: () => void, used: boolean) {
  try {
    report(record);
  } catch (error) {
    if (isTooLarge(error)) {
      for (const part of fitRecord(record, false, MAX_RECORD_BYTES / 4)) report(part);
    } else if (used) {
      reconnect();
      report(record);
    } else {
      throw error;
    }
  }
}

/** The event log of another machine: records wait for each other, and nothing waits for them. */
export function createRemoteSink({ port, target, fallback, clock }: SinkOptions, machine: string): EventSink {
  const refused = createRefusals(target, fallback, clock);
  let connection: RemoteEventLogConnection | undefined;
  let queue: Promise<void> = Promise.resolve();
  let waiting = 0;

  async function report(record: EventRecord): Promise<void> {
    if (refused.paused) {
      refused.take(record);
      return;
    }
    try {
      connection ??= await port.openRemote(target, machine);
      await connection.report(record);
      refused.clear();
    } catch (error) {
      connection?.close();
      connection = undefined;
      refused.take(record, toError(error));
    } finally {
      waiting -= 1;
    }
  }
  return {
    write(record, split) {
      for (const part of fitRecord(record, split)) {
        if (waiting >= MAX_WAITING) {
          refused.take(part, new Error(`${MAX_WAITING} records wait for the event log of ${machine} already`));
          continue;
        }
        waiting += 1;
        queue = queue.then(() => report(part));
      }
    },
    flush: () => queue,
    close() {
      void queue.then(() => {
        connection?.close();
        connection = undefined;
      });
    },
  };
}

/** What the event log didn't take: the reason once, the records all of them. */
function createRefusals({ source }: EventLogTarget, fallback: LogPort, clock: ClockPort) {
  let reason: string | undefined;
  let retryAt = 0;
  return {
    get paused(): boolean {
      return reason !== undefined && clock.now() < retryAt;
    },
    clear(): void {
      reason = undefined;
    },
    take(record: EventRecord, error?: Error): void {
      if (error) {
        if (error.message !== reason) {
          fallback.write('warn', `The event log takes no records; they follow here. ${error.message}`, { source });
        }
        reason = error.message;
        retryAt = clock.now() + (isPermanent(error) ? RETRY_MS : 0);
      }
      fallback.write(LEVELS[record.severity], record.strings.join('\n'), {
        source,
        eventId: record.eventId & 0xffff,
      });
    },
  };
}

const LEVELS: Record<EventRecord['severity'], LogLevel> = {
  success: 'info',
  info: 'info',
  warn: 'warn',
  error: 'error',
  auditSuccess: 'info',
  auditFailure: 'warn',
};

function isTooLarge(error: unknown): boolean {
  return error instanceof Win32Error && TOO_LARGE.includes(error.symbol ?? '');
}

/** Wrong arguments of one record say nothing about the next one. */
function isPermanent(error: Error): boolean {
  return !(error instanceof ServiceError && error.code === 'INVALID_OPTIONS') && !isTooLarge(error);
}
