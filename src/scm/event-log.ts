/** Log of a source that names none. */
export const DEFAULT_LOG = 'Application';

/** Severity of an event. The audits belong in logs of security events. */
export type EventSeverity = 'success' | 'info' | 'warn' | 'error' | 'auditSuccess' | 'auditFailure';

/** Record for an event log. */
export interface EventRecord {
  readonly severity: EventSeverity;
  /** Whole identifier, as in the message file: severity and facility above the 16 bits that Event Viewer shows. */
  readonly eventId: number;
  /** 0: none. */
  readonly category: number;
  /** Values for `%1`, `%2` and so on in the message. */
  readonly strings: readonly string[];
  readonly data: Uint8Array | undefined;
  /** A security identifier such as `S-1-5-18`. */
  readonly user: string | undefined;
}

export interface EventLogTarget {
  readonly source: string;
  /** The log that the source must belong to; `undefined` takes the one that it belongs to. */
  readonly log: string | undefined;
}

/**
 * Writes event records: to the Event Log service, or to the mock.
 *
 * @throws ServiceError EVENT_SOURCE_MISSING when the source isn't installed; Win32Error
 */
export interface EventLogService {
  open(target: EventLogTarget): EventLogConnection;
  /** Opens a source on another machine. Nothing of it runs on the caller's event loop. */
  openRemote(target: EventLogTarget, machine: string): Promise<RemoteEventLogConnection>;
}

export interface EventLogConnection {
  /** @throws Win32Error */
  report(record: EventRecord): void;
  close(): void;
}

export interface RemoteEventLogConnection {
  /** Check that failed to run; records are still written. */
  readonly warning?: string | undefined;
  report(record: EventRecord): Promise<void>;
  close(): void;
}

/** Settings of an event source in the registry; `undefined`: not set. */
export interface EventSourceSettings {
  /** DLLs with the texts, separated by `;`. */
  readonly messageFile: string | undefined;
  /** DLL with the names of the categories. */
  readonly categoryFile: string | undefined;
  /** Number of categories. */
  readonly categoryCount: number | undefined;
  /** DLL with the texts of `%%1`, `%%2`, … in parameters. */
  readonly parameterFile: string | undefined;
  /** Severities that the source writes. */
  readonly types: readonly EventSeverity[] | undefined;
}

/** The event sources of a machine. Writing needs an administrator. */
export interface EventSources {
  /** The logs that have sources. */
  logs(): readonly string[];
  read(log: string, source: string): EventSourceSettings | undefined;
  /** Creates the source, and the log, if missing; `undefined` keeps a value. */
  write(log: string, source: string, settings: Partial<EventSourceSettings>): void;
  /**
   * Returns `false` while the Event Log service doesn't know a log yet: it notices a new one in the registry after a
   * moment. `true` also where that can't be found out.
   */
  isKnown(log: string): boolean;
  /** Removes the source. Returns whether it existed. */
  remove(log: string, source: string): boolean;
  close(): void;
}

export interface EventQuery {
  /** A log such as `Application`. */
  readonly log: string;
  /** XPath in the dialect of the event log, such as `*[System[Level=2]]`. */
  readonly query: string;
  readonly newestFirst: boolean;
  /** Includes events that are written from now on; the sequence then has no end. */
  readonly follow: 'no' | 'fromNow' | 'fromOldest';
  /** `true`: also read the message texts, which cost more than the rest. */
  readonly messages: boolean;
  readonly machine: string | undefined;
}

/** An event as the event log renders it. */
export interface RenderedEvent {
  readonly xml: string;
  /** The text with its parameters filled in; `undefined` when no message file has it. */
  readonly message: string | undefined;
}

export interface EventReader {
  /** @throws Win32Error */
  open(query: EventQuery): Promise<EventCursor>;
}

export interface EventCursor {
  /**
   * Returns the next events; an empty list: there are no more. With `follow` it waits for them.
   *
   * @throws Win32Error; the reason of `signal` when it aborts.
   */
  next(signal: AbortSignal | undefined): Promise<readonly RenderedEvent[]>;
  close(): Promise<void>;
}
