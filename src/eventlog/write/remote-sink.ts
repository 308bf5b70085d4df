import type { EventRecord, RemoteEventLogConnection } from '../../scm/event-log.ts';
import { toError } from '../../util/to-error.ts';
import { type EventEntryToWrite, type EventSink, isTooLarge, Refusals, type SinkOptions } from './event-sink.ts';
import { fitRecord, MAX_RECORD_BYTES } from './fit-record.ts';

/** Most records that wait for a machine. Later ones go to the fallback. */
const MAX_WAITING = 1_000;

/** Creates a sink for the event log of another machine. Records are sent one after the other, in the background. */
export function createRemoteSink(options: SinkOptions, machine: string): EventSink {
  const refusals = new Refusals(options);
  let connection: RemoteEventLogConnection | undefined;
  let queue: Promise<void> = Promise.resolve();
  let waiting = 0;
  let overrun = false;
  let warned: string | undefined;

  async function report(record: EventRecord): Promise<void> {
    if (!connection) {
      connection = await options.port.openRemote(options.target, machine);
      const { warning } = connection;
      if (warning !== undefined && warning !== warned) options.refused.warn?.(warning);
      warned = warning;
    }
    try {
      await connection.report(record);
    } catch (error) {
      if (!isTooLarge(error)) throw error;
      for (const part of fitRecord(record, false, MAX_RECORD_BYTES / 4)) await connection.report(part);
    }
  }
  async function send(entry: EventEntryToWrite): Promise<void> {
    if (refusals.paused) {
      refusals.take(entry);
      return;
    }
    try {
      for (const part of fitRecord(entry.record, entry.split)) await report(part);
      refusals.clear();
    } catch (error) {
      disconnect();
      refusals.take(entry, toError(error));
    }
  }
  function disconnect(): void {
    connection?.close();
    connection = undefined;
  }
  return {
    write(entry) {
      if (waiting >= MAX_WAITING) {
        const full = new Error(`${MAX_WAITING} records wait for the event log of ${machine} already.`);
        if (!overrun) options.refused.because(full);
        overrun = true;
        options.refused.entry(entry);
        return;
      }
      waiting += 1;
      queue = queue.then(async () => {
        await send(entry);
        waiting -= 1;
        if (waiting === 0) overrun = false;
      });
    },
    flush: () => queue,
    close() {
      queue = queue.then(disconnect);
    },
  };
}
