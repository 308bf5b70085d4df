import type { EventEntryToWrite } from '../../../src/eventlog/write/event-sink.ts';
import { createLocalSink } from '../../../src/eventlog/write/local-sink.ts';
import { EventLog } from '../../../src/eventlog/write/event-log.ts';
import type { EventLogService, EventRecord } from '../../../src/scm/event-log.ts';
import { createManualClock } from '../../support/manual-clock.ts';

/** An event log in memory that can be told to refuse. */
export function createFakeEventLog() {
  const records: EventRecord[] = [];
  const fake = {
    records,
    opened: 0,
    closed: 0,
    /** Thrown by the next calls, first to last. */
    openErrors: [] as Error[],
    reportErrors: [] as Error[],
  };
  const connect = () => {
    const openError = fake.openErrors.shift();
    if (openError) throw openError;
    fake.opened += 1;
    return {
      report(record: EventRecord): void {
        const reportError = fake.reportErrors.shift();
        if (reportError) throw reportError;
        records.push(record);
      },
      close(): void {
        fake.closed += 1;
      },
    };
  };
  const port: EventLogService = {
    open: connect,
    openRemote: async () => {
      const { report, close } = connect();
      return { report: async (record) => report(record), close };
    },
  };
  return { ...fake, fake, port };
}

/** An open EventLog on a fake, with what was refused. */
export function createLogRig() {
  const { fake, port } = createFakeEventLog();
  const clock = createManualClock();
  const reasons: string[] = [];
  const refused: string[] = [];
  const options = {
    port,
    target: { source: 'Test', log: undefined },
    clock,
    refused: {
      because: (error: Error) => reasons.push(error.message),
      entry: ({ text }: EventEntryToWrite) => refused.push(text),
    },
  };
  return { fake, clock, reasons, refused, options, log: new EventLog('Test', createLocalSink(options)) };
}
