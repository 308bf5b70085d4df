import { Writable } from 'node:stream';
import { type OpenEventLogOptions, openEventLog } from '../index.ts';
import { LineSplitter } from '../../util/line-splitter.ts';
import { type LogSeverity, parseLevel } from '../log-level.ts';
import { createPinoWriter } from './pino-writer.ts';

/** Which source to write as, and from which level up. */
export interface PinoEventLogOptions extends Omit<OpenEventLogOptions, 'fallback'> {
  /** The lowest level that is written. Default `'warn'`: the event log is for administrators. */
  readonly level?: LogSeverity | number;
}

/**
 * A transport for pino that writes to the Windows event log, in pino's worker thread. `trace` to `info` become
 * information, `warn` a warning, `error` and `fatal` an error. A field `eventId` sets the id, `category` the category.
 *
 * @example
 * const logger = pino({ transport: { target: 'winsvc/eventlog/pino', options: { source: 'OrdersApi' } } });
 */
export default function pinoEventLog(options: PinoEventLogOptions): Writable {
  const { source, log: logName, machine, level = 'warn' } = options;
  // Picked one by one: pino adds options of its own.
  const log = openEventLog({
    source,
    ...(logName === undefined ? {} : { log: logName }),
    ...(machine === undefined ? {} : { machine }),
  });
  const write = createPinoWriter(log, parseLevel(level));
  const lines = new LineSplitter(Infinity);
  return new Writable({
    // pino hands over what it has, not line by line.
    write(chunk: Buffer, _encoding, done) {
      for (const line of lines.add(chunk)) write(line);
      done();
    },
    final(done) {
      if (lines.rest !== '') write(lines.rest);
      log.close();
      log.flush().then(() => {
        done();
      }, done);
    },
  });
}
