import { ServiceError } from '../errors/service-error.ts';
import type { EventSeverity } from '../scm/event-log.ts';
import { DEFAULT_LANGUAGE } from './catalog.ts';
import type { EventOccurrence } from './define-events.ts';
import type { EventSink } from './event-sink.ts';
import { type EventParameter, fillIn, formatParameter } from './parameters.ts';

/** What an event carries beside its parameters. */
export interface EventExtras {
  /** Raw bytes; Event Viewer shows them as hex. A string is written as UTF-8. */
  readonly data?: Uint8Array | string;
  /** Whose doing it was: a security identifier such as `'S-1-5-18'`. */
  readonly user?: string;
}

/** What a plain message can have. */
export interface MessageExtras extends EventExtras {
  /** 0 to 65535. Default 1 (information), 2 (warning), 3 (error). */
  readonly id?: number;
  /** The number of a category of the source. Default 0: none. */
  readonly category?: number;
  /** More strings after the message. Event Viewer shows them in the details only, unless the message file uses `%2`. */
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

/** An event source that is open for writing. Made by `openEventLog`. Writing never throws for what the event log does. */
export class EventLog {
  readonly source: string;
  readonly #sink: EventSink;
  #closed = false;

  /** @internal */
  constructor(source: string, sink: EventSink) {
    this.source = source;
    this.#sink = sink;
  }

  /** Writes an information. @throws ServiceError CLOSED */
  info(event: EventOccurrence<'info' | 'success'>, extras?: EventExtras): void;
  info(message: string, extras?: MessageExtras): void;
  info(what: string | EventOccurrence, extras?: MessageExtras): void {
    this.#write('info', what, extras);
  }

  /** Writes a warning. @throws ServiceError CLOSED */
  warn(event: EventOccurrence<'warn'>, extras?: EventExtras): void;
  warn(message: string, extras?: MessageExtras): void;
  warn(what: string | EventOccurrence, extras?: MessageExtras): void {
    this.#write('warn', what, extras);
  }

  /** Writes an error. @throws ServiceError CLOSED */
  error(event: EventOccurrence<'error'>, extras?: EventExtras): void;
  error(message: string, extras?: MessageExtras): void;
  error(what: string | EventOccurrence, extras?: MessageExtras): void {
    this.#write('error', what, extras);
  }

  /** Writes an event with the severity that its catalogue gives it. @throws ServiceError CLOSED */
  report(event: EventOccurrence, extras?: EventExtras): void {
    this.#write(event.event.severity, event, extras);
  }

  /** Writes a message with any severity. @throws ServiceError CLOSED */
  write(severity: EventSeverity, message: string, extras?: MessageExtras): void {
    this.#write(severity, message, extras);
  }

  /** Resolves when everything is written. Only records for another machine ever wait. */
  flush(): Promise<void> {
    return this.#sink.flush();
  }

  /** Closes the source; what waits for another machine is still written. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#sink.close();
  }

  [Symbol.dispose](): void {
    this.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.close();
    await this.flush();
  }

  #write(severity: EventSeverity, what: string | EventOccurrence, extras: MessageExtras = {}): void {
    if (this.#closed)
      throw new ServiceError('CLOSED', `The event log of source "${this.source}" is closed. Open it anew to write.`);
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
    // Without severity bits: then EventCreate.exe and other message files of that kind have the text too.
    const eventId = (extras.id ?? DEFAULT_IDS[severity]) & 0xffff;
    const record = { ...common, severity, eventId, category: extras.category ?? 0, strings };
    this.#sink.write({ record, split: true, text: strings.join('\n') });
  }
}
