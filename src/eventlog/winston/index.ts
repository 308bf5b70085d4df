import winston from 'winston';
import { type OpenEventLogOptions, openEventLog } from '../index.ts';
import type { EventLog } from '../write/event-log.ts';
import { formatRecord, takeExtras, without } from '../write/format-record.ts';
import { type LogSeverity, parseLevel, toSeverity } from '../write/log-level.ts';

export type { OpenEventLogOptions } from '../index.ts';
export type { LogSeverity } from '../write/log-level.ts';

/** Options of the transport: those of the event source, and those of every transport of winston. */
export interface WinstonEventLogOptions
  extends OpenEventLogOptions, Omit<winston.transport.TransportStreamOptions, 'log'> {
  /** Lowest level that is written. Default `'warn'`. */
  readonly level?: string;
  /** Levels of the event log for levels of the app: `{ alert: 'error', notice: 'info' }`. Default: none. */
  readonly levels?: Readonly<Record<string, LogSeverity>>;
}

type Base = new (options?: winston.transport.TransportStreamOptions) => winston.transport;
/** The types of winston lack this name. */
const { Transport } = winston as unknown as { readonly Transport: Base };
const OWN = ['level', 'message', 'timestamp', 'stack', 'splat'];

/**
 * Transport of winston that writes to the Windows event log. `info` and below become information, `warn` a warning,
 * `error` an error, unknown levels information. A numeric field `eventId` sets the event id, `category` the category.
 *
 * @throws ServiceError INVALID_OPTIONS
 * @example
 * const logger = winston.createLogger({ transports: [new EventLogTransport({ source: 'OrdersApi' })] });
 */
export const EventLogTransport: new (options: WinstonEventLogOptions) => EventLogTransport = class
  extends Transport
  implements EventLogTransport
{
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

  override log(info: Readonly<Record<string, unknown>>, next: () => void): void {
    const { extras, rest } = takeExtras(without(info, OWN));
    const text = formatRecord(String(info['message']), rest, info['stack']);
    this.#log.write(toSeverity(this.#levelOf(String(info['level']))), text, extras);
    this.emit('logged', info);
    next();
  }

  override close(): void {
    this.#log.close();
  }

  #levelOf(level: string): number {
    try {
      return parseLevel(this.#levels[level] ?? (level as LogSeverity));
    } catch {
      return parseLevel('info');
    }
  }
};

/** Transport of winston that writes to the Windows event log. */
export interface EventLogTransport extends winston.transport {
  /** Closes the event source. winston calls it when the logger is closed. */
  close(): void;
}
