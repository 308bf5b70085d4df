import { ServiceError } from '../../errors/service-error.ts';
import type { EventSeverity } from '../../scm/event-log.ts';
import { DEFAULT_LANGUAGE } from '../catalog/catalog.ts';
import type { EventOccurrence } from '../catalog/define-events.ts';
import type { EventSink } from './event-sink.ts';
import { type EventParameter, fillIn, formatParameter } from '../catalog/parameters.ts';

/** Additions to an event beside its parameters. */
export interface EventExtras {
  /** Raw bytes, which Event Viewer shows in hexadecimal. A string is written as UTF-8. Default: none. */
  readonly data?: Uint8Array | string;
  /** Security identifier of the user that caused the event, such as `'S-1-5-18'`. Default: none. */
  readonly user?: string;
}

/** Additions to a plain message. */
export interface MessageExtras extends EventExtras {
  /** Event id, 0 to 65535. Default 1 (information), 2 (warning), 3 (error). */
  readonly id?: number;
  /** Number of a category of the source. Default 0: none. */
  readonly category?: number;
  /** Parameters after the message. Event Viewer shows them in the details only, unless the message file uses `%2`. Default: none. */
  readonly strings?: readonly EventParameter[];
}

const DEFAULT_IDS: Record<EventSeverity, number> = {
  success: 1,
  info: 1,
  warn: 2,
  error: 3,
  auditSuccess: 1,
  auditFailure: 2,
};

/**
 * Event source that is open for writing. Made by `openEventLog`. Writing never throws for a failure of the event log: the
 * record goes to the fallback.
 *
 * Source: https://learn.microsoft.com/windows/win32/api/winbase/nf-winbase-reporteventw
 */
export class EventLog {
  /** Name of the source. */
  readonly source: string;
  readonly #sink: EventSink;
  #closed = false;

  /** @internal */
  constructor(source: string, sink: EventSink) {
    this.source = source;
    this.#sink = sink;
  }

  /** Writes an information event of a catalogue. @throws ServiceError CLOSED */
  info(event: EventOccurrence<'info' | 'success'>, extras?: EventExtras): void;
  /** Writes a message as an information event. @throws ServiceError CLOSED */
  info(message: string, extras?: MessageExtras): void;
  info(what: string | EventOccurrence, extras?: MessageExtras): void {
    this.#write('info', what, extras);
  }

  /** Writes a warning of a catalogue. @throws ServiceError CLOSED */
  warn(event: EventOccurrence<'warn'>, extras?: EventExtras): void;
  /** Writes a message as a warning. @throws ServiceError CLOSED */
  warn(message: string, extras?: MessageExtras): void;
  warn(what: string | EventOccurrence, extras?: MessageExtras): void {
    this.#write('warn', what, extras);
  }

  /** Writes an error of a catalogue. @throws ServiceError CLOSED */
  error(event: EventOccurrence<'error'>, extras?: EventExtras): void;
  /** Writes a message as an error. @throws ServiceError CLOSED */
  error(message: string, extras?: MessageExtras): void;
  error(what: string | EventOccurrence, extras?: MessageExtras): void {
    this.#write('error', what, extras);
  }

  /** Writes an event with the severity that it has in its catalogue. @throws ServiceError CLOSED */
  report(event: EventOccurrence, extras?: EventExtras): void {
    this.#write(event.event.severity, event, extras);
  }

  /** Writes a message with any severity. @throws ServiceError CLOSED */
  write(severity: EventSeverity, message: string, extras?: MessageExtras): void {
    this.#write(severity, message, extras);
  }

  /** Resolves when everything is written. Only records for another machine are ever waiting. */
  flush(): Promise<void> {
    return this.#sink.flush();
  }

  /** Closes the source. Records that wait for another machine are still written. Closing twice is harmless. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#sink.close();
  }

  /** Closes the source. */
  [Symbol.dispose](): void {
    this.close();
  }

  /** Closes the source and waits until everything is written. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.close();
    await this.flush();
  }

  #write(severity: EventSeverity, what: string | EventOccurrence, extras: MessageExtras = {}): void {
    if (this.#closed)
      throw new ServiceError('CLOSED', `The event log of source "${this.source}" is closed. Open it again to write.`);
    const { data, user } = extras;
    const common = { data: typeof data === 'string' ? Buffer.from(data) : data, user };
    if (typeof what !== 'string') {
      const { event, strings } = what;
      const { severity: own, eventId, category } = event;
      const text = fillIn(event.texts[DEFAULT_LANGUAGE] ?? Object.values(event.texts)[0] ?? '', strings);
      this.#sink.write({ record: { ...common, severity: own, eventId, category, strings }, split: false, text });
      return;
    }
    const strings = [what, ...(extras.strings ?? []).map(formatParameter)];
    // Without severity bits, so that the text is also found in message files such as that of EventCreate.exe.
    const eventId = (extras.id ?? DEFAULT_IDS[severity]) & 0xffff;
    const record = { ...common, severity, eventId, category: extras.category ?? 0, strings };
    this.#sink.write({ record, split: true, text: strings.join('\n') });
  }
}
