import type { EventLogConnection, EventRecord } from '../../scm/event-log.ts';
import { toError } from '../../util/to-error.ts';
import { type EventSink, isTooLarge, Refusals, type SinkOptions } from './event-sink.ts';
import { fitRecord, MAX_RECORD_BYTES } from './fit-record.ts';

/** Creates a sink for the event log of this machine. A record is in the log when `write` returns. */
export function createLocalSink(options: SinkOptions): EventSink {
  const refusals = new Refusals(options);
  let connection: EventLogConnection | undefined;

  function report(record: EventRecord): void {
    connection ??= options.port.open(options.target);
    connection.report(record);
  }
  function disconnect(): void {
    connection?.close();
    connection = undefined;
  }
  /** Tries again: in smaller parts when the record is too large, on a new connection when the old one fails (the Event Log service was restarted). */
  function reportOrRetry(record: EventRecord): void {
    const used = connection !== undefined;
    try {
      report(record);
    } catch (error) {
      if (isTooLarge(error)) {
        for (const part of fitRecord(record, false, MAX_RECORD_BYTES / 4)) report(part);
      } else if (used) {
        disconnect();
        report(record);
      } else {
        throw error;
      }
    }
  }
  return {
    write(entry) {
      if (refusals.paused) {
        refusals.take(entry);
        return;
      }
      try {
        for (const part of fitRecord(entry.record, entry.split)) reportOrRetry(part);
        refusals.clear();
      } catch (error) {
        refusals.take(entry, toError(error));
      }
    },
    flush: () => Promise.resolve(),
    close: disconnect,
  };
}
