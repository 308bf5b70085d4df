import { Writable } from 'node:stream';
import { type OpenEventLogOptions, openEventLog } from '../index.ts';
import { LineSplitter } from '../../util/line-splitter.ts';
import { type LogSeverity, parseLevel } from '../write/log-level.ts';
import { createPinoWriter } from './pino-writer.ts';

export type { OpenEventLogOptions } from '../index.ts';
export type { LogSeverity } from '../write/log-level.ts';

/** Options of the transport: those of the event source, without `fallback`, and the level. */
export interface PinoEventLogOptions extends Omit<OpenEventLogOptions, 'fallback'> {
  /** Lowest level that is written, as a name or a number of pino. Default `'warn'`. */
  readonly level?: LogSeverity | number;
}

/**
 * Transport of pino that writes to the Windows event log, in pino's worker thread. `trace` to `info` become information,
 * `warn` a warning, `error` and `fatal` an error. A numeric field `eventId` sets the event id, `category` the category.
 *
 * Source: https://github.com/pinojs/pino/blob/main/docs/transports.md
 *
 * @throws ServiceError INVALID_OPTIONS
 * @example
 * const logger = pino({ transport: { target: 'winsvc/eventlog/pino', options: { source: 'OrdersApi' } } });
 */
export default function pinoEventLog(options: PinoEventLogOptions): Writable {
  const { source, log: logName, machine, level = 'warn' } = options;
  // Selected by name: pino adds options of its own.
  const log = openEventLog({
    source,
    ...(logName === undefined ? {} : { log: logName }),
    ...(machine === undefined ? {} : { machine }),
  });
  const write = createPinoWriter(log, parseLevel(level));
  const lines = new LineSplitter(Infinity);
  return new Writable({
    // A chunk can have several lines, and parts of lines.
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
