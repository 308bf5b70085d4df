import { writeFile } from 'node:fs/promises';
import { checkOptions } from '../errors/check-options.ts';
import { ServiceError } from '../errors/service-error.ts';
import { DEFAULT_LOG } from '../scm/event-log.ts';
import type { LogSink } from '../util/log.ts';
import { systemClock } from '../util/clock.ts';
import { formatLine } from '../util/line-log.ts';
import { openFfi } from '../win32/ffi/open-ffi.ts';
import { openEventSources } from '../win32/eventlog/event-sources.ts';
import { createLazyEventLog } from '../win32/eventlog/lazy-event-log.ts';
import { toMessages } from './catalog/catalog.ts';
import { catalogData } from './catalog/define-events.ts';
import { EventLog } from './write/event-log.ts';
import { refuseTo } from './write/event-sink.ts';
import {
  ensureSource,
  type InstallEventSourceOptions,
  type InstallEventSourceResult,
  type RemoveEventSourceOptions,
  removeSource,
} from './sources/event-source.ts';
import { defaultMessageFile } from './sources/default-message-file.ts';
import type { EventEntry } from './read/parse-event.ts';
import type { ReadEventsOptions } from './read/read-events.ts';
import { waitForLog } from './sources/wait-for-log.ts';
import { createLocalSink } from './write/local-sink.ts';
import { createRemoteSink } from './write/remote-sink.ts';
import { installSchema, openSchema, readSchema, removeSchema } from './options.ts';

export { defineEvents } from './catalog/define-events.ts';
export type {
  CatalogOptions,
  CheckedNames,
  EventArguments,
  EventCatalog,
  EventDefinition,
  EventOccurrence,
  LocalText,
  ParameterSpec,
  ParameterTypes,
} from './catalog/define-events.ts';
export type { CatalogEvent } from './catalog/catalog.ts';
export type { EventParameter, ParametersOf } from './catalog/parameters.ts';
export type { EventExtras, EventLog, MessageExtras } from './write/event-log.ts';
export type {
  InstallEventSourceOptions,
  InstallEventSourceResult,
  RemoveEventSourceOptions,
} from './sources/event-source.ts';
export type { EventSeverity, EventSourceSettings } from '../scm/event-log.ts';
export type { Duration } from '../util/duration.ts';
export type { LogLevel, LogSink } from '../util/log.ts';
export type { EventEntry } from './read/parse-event.ts';
export type { EventLevel } from './read/event-query.ts';
export type { ReadEventsOptions } from './read/read-events.ts';
export { defaultMessageFile } from './sources/default-message-file.ts';

/** Event source to write as. */
export interface OpenEventLogOptions {
  /** Name of the source, as it was installed. */
  readonly source: string;
  /** Log that the source must belong to. Default: any. */
  readonly log?: string;
  /** Name of another machine. Records are then sent in the background. Default: this machine. */
  readonly machine?: string;
  /** Log for records that the event log refuses. Default: standard error. */
  readonly fallback?: LogSink;
}

const stderrLog: LogSink = {
  write(level, message, data) {
    process.stderr.write(formatLine(level, message, data));
  },
};

/**
 * Opens an event source for writing. Nothing is loaded or looked up before the first record. When the source isn't
 * installed, or the right to write is missing, `fallback` gets one warning and then the records.
 *
 * @throws ServiceError INVALID_OPTIONS
 * @example
 * using log = openEventLog({ source: 'OrdersApi' });
 * log.warn('The queue is 80 % full', { id: 2001 });
 */
export function openEventLog(options: OpenEventLogOptions): EventLog {
  checkOptions('openEventLog', openSchema, options);
  const { source, log, machine, fallback = stderrLog } = options;
  const sink = {
    port: createLazyEventLog(openFfi),
    target: { source, log },
    refused: refuseTo(fallback, source),
    clock: systemClock,
  };
  return new EventLog(source, machine === undefined ? createLocalSink(sink) : createRemoteSink(sink, machine));
}

/**
 * Installs an event source, or updates its settings. Needs administrator rights. Call it once, when the service is
 * installed. A new log of your own takes a moment until the Event Log service knows it: this is waited for, up to 10 s.
 *
 * Source: https://learn.microsoft.com/windows/win32/eventlog/event-sources
 *
 * @throws ServiceError INVALID_OPTIONS; EVENT_SOURCE_TAKEN when the source belongs to another log; WINDOWS_ONLY,
 * FFI_MISSING; Win32Error
 */
export async function installEventSource(options: InstallEventSourceOptions): Promise<InstallEventSourceResult> {
  checkOptions('installEventSource', installSchema, options, () =>
    options.machine !== undefined && options.messageFile === undefined
      ? [{ path: 'messageFile', message: 'is missing: for another machine it must be a path there' }]
      : [],
  );
  const { source, log = DEFAULT_LOG, machine, catalog } = options;
  const messageFile = options.messageFile ?? defaultMessageFile();
  const categories = catalog ? catalogData(catalog).categories.length : 0;
  const port = await openEventSources(openFfi(), machine);
  try {
    const result = ensureSource(port, source, log, {
      messageFile,
      categoryFile: options.categoryFile ?? (categories > 0 ? messageFile : undefined),
      categoryCount: categories > 0 ? categories : undefined,
      parameterFile: options.parameterFile,
      types: options.types ?? ['info', 'warn', 'error'],
    });
    return { ...result, ready: await waitForLog(port, log) };
  } finally {
    port.close();
  }
}

/**
 * Removes an event source; its records stay. Needs administrator rights. Returns the log that it belonged to;
 * `undefined`: there was no such source.
 *
 * @throws ServiceError INVALID_OPTIONS; EVENT_SOURCE_TAKEN for the source of a log itself; WINDOWS_ONLY, FFI_MISSING;
 * Win32Error
 */
export async function removeEventSource(options: RemoveEventSourceOptions): Promise<string | undefined> {
  checkOptions('removeEventSource', removeSchema, options);
  const port = await openEventSources(openFfi(), options.machine);
  try {
    return removeSource(port, options.source, options.log);
  } finally {
    port.close();
  }
}

/**
 * Writes a DLL with the texts of a catalogue, on any system, without a compiler. Give its path to `installEventSource`.
 *
 * @throws ServiceError INVALID_OPTIONS for an empty catalogue, and for a language without a Windows identifier; the error
 * of the file system, such as EBUSY while Event Viewer has the old file open
 * @example
 * await buildMessageFile(events, 'C:\\Program Files\\Orders\\events.dll');
 */
export async function buildMessageFile(catalog: object, path: string): Promise<void> {
  const messages = toMessages(catalogData(catalog));
  if (messages.length === 0)
    throw new ServiceError('INVALID_OPTIONS', 'buildMessageFile: the catalogue has no events.');
  const { createMessageFile } = await import('../win32/eventlog/message-file/message-file.ts');
  await writeFile(path, createMessageFile(messages));
}

/**
 * Reads the events of a log. Leaving the loop ends the reading; when `signal` aborts, the loop throws its reason.
 *
 * Source: https://learn.microsoft.com/windows/win32/wes/consuming-events
 *
 * @throws ServiceError INVALID_OPTIONS; WINDOWS_ONLY; Win32Error
 * @example
 * for await (const event of readEvents({ source: 'OrdersApi', level: 'warn', since: '1d' })) console.log(event.message);
 */
export async function* readEvents(options: ReadEventsOptions = {}): AsyncGenerator<EventEntry, void, undefined> {
  checkOptions('readEvents', readSchema, options, () =>
    options.follow && options.order === 'newest'
      ? [{ path: 'order', message: "must be 'oldest' with follow: new events come last" }]
      : [],
  );
  const [{ createWin32EventReader }, { readWith }] = await Promise.all([
    import('../win32/eventlog/event-reader.ts'),
    import('./read/read-events.ts'),
  ]);
  yield* readWith(createWin32EventReader(openFfi()), options, systemClock.now());
}
