/** How bad it is. The audits belong into logs of security events. */
export type EventSeverity = 'success' | 'info' | 'warn' | 'error' | 'auditSuccess' | 'auditFailure';

/** One record, as an event log takes it. */
export interface EventRecord {
  readonly severity: EventSeverity;
  /** The whole identifier, as in the message file: severity and facility above the 16 bits that Event Viewer shows. */
  readonly eventId: number;
  /** 0: none. */
  readonly category: number;
  /** What `%1` and the others of the message stand for. */
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
 * Where event records go: the Event Log service, or the mock.
 *
 * @throws ServiceError EVENT_SOURCE_MISSING when the source isn't installed; Win32Error
 */
export interface EventLogService {
  open(target: EventLogTarget): EventLogConnection;
  /** Another machine: nothing of it happens on the caller's event loop. */
  openRemote(target: EventLogTarget, machine: string): Promise<RemoteEventLogConnection>;
}

export interface EventLogConnection {
  /** @throws Win32Error */
  report(record: EventRecord): void;
  close(): void;
}

export interface RemoteEventLogConnection {
  /** A check that could not be made; records are written all the same. */
  readonly warning?: string | undefined;
  report(record: EventRecord): Promise<void>;
  close(): void;
}

/** The settings of an event source, as the registry has them. */
export interface EventSourceSettings {
  /** DLLs with the texts, separated by `;`. */
  readonly messageFile: string | undefined;
  readonly categoryFile: string | undefined;
  readonly categoryCount: number | undefined;
  readonly parameterFile: string | undefined;
  readonly types: readonly EventSeverity[] | undefined;
}

/** The event sources of a machine. Writing needs an administrator. */
export interface EventSources {
  /** The logs that have sources. */
  logs(): readonly string[];
  read(log: string, source: string): EventSourceSettings | undefined;
  /** Makes the source, and the log, when there is none; `undefined` keeps a value. */
  write(log: string, source: string, settings: Partial<EventSourceSettings>): void;
  /** Returns whether there was one. */
  remove(log: string, source: string): boolean;
  close(): void;
}

export interface EventQuery {
  /** A log such as `Application`. */
  readonly log: string;
  /** An XPath of the event log's own dialect, such as `*[System[Level=2]]`. */
  readonly query: string;
  readonly newestFirst: boolean;
  /** What is written from now on too: then the sequence doesn't end. */
  readonly follow: 'no' | 'fromNow' | 'fromOldest';
  /** Whether to ask for the message texts: they cost more than the rest. */
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
   * The next few, or none when there are no more. With `follow` it waits for them.
   *
   * @throws Win32Error; the reason of `signal` when it aborts.
   */
  next(signal: AbortSignal | undefined): Promise<readonly RenderedEvent[]>;
  close(): Promise<void>;
}
