import winston from 'winston';
import { type OpenEventLogOptions, openEventLog } from '../index.ts';
import type { EventLog } from '../event-log.ts';
import { extrasOf, formatRecord } from '../format-record.ts';
import { type LogSeverity, parseLevel, severityOf } from '../log-level.ts';

/** Which source to write as, and what every transport of winston can have. */
export interface WinstonEventLogOptions
  extends OpenEventLogOptions, Omit<winston.transport.TransportStreamOptions, 'log'> {
  /** The lowest level that is written. Default `'warn'`: the event log is for administrators. */
  readonly level?: string;
  /** What levels of your own mean here: `{ alert: 'error', notice: 'info' }`. */
  readonly levels?: Readonly<Record<string, LogSeverity>>;
}

type Base = new (options?: winston.transport.TransportStreamOptions) => winston.transport;
/** winston has it under a name that its types don't know. */
const { Transport } = winston as unknown as { readonly Transport: Base };
const OWN = ['level', 'message', 'timestamp', 'stack', 'splat'];

/**
 * A transport for winston that writes to the Windows event log. `info` and below become information, `warn` a warning,
 * `error` an error. A field `eventId` sets the id, `category` the category.
 *
 * @example
 * const logger = winston.createLogger({ transports: [new EventLogTransport({ source: 'OrdersApi' })] });
 */
export class EventLogTransport extends Transport {
  readonly #log: EventLog;
  readonly #levels: Readonly<Record<string, LogSeverity>>;

  constructor(options: WinstonEventLogOptions) {
    const { source, log, machine, fallback, levels = {}, level = 'warn', ...rest } = options;
    super({ ...rest, level });
    this.#levels = levels;
    this.#log = openEventLog({
      source,
      ...(log === undefined ? {} : { log }),
      ...(machine === undefined ? {} : { machine }),
      ...(fallback === undefined ? {} : { fallback }),
    });
  }

  /** @internal */
  override log(info: Readonly<Record<string, unknown>>, next: () => void): void {
    const text = formatRecord(String(info['message']), info, OWN, info['stack']);
    this.#log.write(severityOf(this.#levelOf(String(info['level']))), text, extrasOf(info));
    this.emit('logged', info);
    next();
  }

  /** Closes the source; winston calls it when the logger is closed. */
  override close(): void {
    this.#log.close();
  }

  /** A level that nobody has told us of is an information. */
  #levelOf(level: string): number {
    try {
      return parseLevel(this.#levels[level] ?? (level as LogSeverity));
    } catch {
      return parseLevel('info');
    }
  }
}
