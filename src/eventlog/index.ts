import { writeFile } from 'node:fs/promises';
import { checkOptions } from '../errors/check-options.ts';
import { ServiceError } from '../errors/service-error.ts';
import type { LogSink } from '../util/log.ts';
import { systemClock } from '../util/clock.ts';
import { formatLine } from '../util/line-log.ts';
import { openFfi } from '../win32/ffi/open-ffi.ts';
import { openEventSources } from '../win32/eventlog/event-sources.ts';
import { createLazyEventLog } from '../win32/eventlog/lazy-event-log.ts';
import { messagesOf } from './catalog.ts';
import { catalogData } from './define-events.ts';
import { EventLog } from './event-log.ts';
import { refuseTo } from './event-sink.ts';
import {
  DEFAULT_LOG,
  ensureSource,
  type InstallEventSourceOptions,
  type InstallEventSourceResult,
  type RemoveEventSourceOptions,
  removeSource,
} from './event-source.ts';
import { defaultMessageFile } from './default-message-file.ts';
import type { EventEntry } from './parse-event.ts';
import type { ReadEventsOptions } from './read-events.ts';
import { createLocalSink } from './local-sink.ts';
import { createRemoteSink } from './remote-sink.ts';
import { installSchema, openSchema, readSchema, removeSchema } from './source-options.ts';

export { defineEvents } from './define-events.ts';
export type {
  CatalogOptions,
  EventArguments,
  EventCatalog,
  EventDefinition,
  EventOccurrence,
  LocalText,
  ParameterSpec,
} from './define-events.ts';
export type { EventParameter, ParametersOf } from './parameters.ts';
export type { EventExtras, EventLog, MessageExtras } from './event-log.ts';
export type { InstallEventSourceOptions, InstallEventSourceResult, RemoveEventSourceOptions } from './event-source.ts';
export type { EventSeverity, EventRecord, EventSourceSettings } from '../scm/event-log.ts';
export type { LogLevel, LogSink } from '../util/log.ts';
export type { EventEntry } from './parse-event.ts';
export type { EventLevel } from './event-query.ts';
export type { ReadEventsOptions } from './read-events.ts';
export { defaultMessageFile } from './default-message-file.ts';

/** Which source to write as. */
export interface OpenEventLogOptions {
  /** As it was installed. */
  readonly source: string;
  /** The log that it must belong to. Default: whichever it belongs to. */
  readonly log?: string;
  /** Another machine. Records are then sent in the background. */
  readonly machine?: string;
  /** Where records go that the event log doesn't take. Default: standard error. */
  readonly fallback?: LogSink;
}

const stderrLog: LogSink = {
  write(level, message, data) {
    process.stderr.write(formatLine(level, message, data));
  },
};

/**
 * Opens an event source for writing. Nothing is loaded or looked up before the first record. When the source is
 * missing, or the right to write, that is said once and the records go to `fallback`.
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
 * Installs an event source, or brings it up to date. Needs an administrator, once: do it when the service is installed.
 *
 * @throws ServiceError INVALID_OPTIONS; EVENT_SOURCE_TAKEN when the source belongs to another log; Win32Error
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
    return ensureSource(port, source, log, {
      messageFile,
      categoryFile: options.categoryFile ?? (categories > 0 ? messageFile : undefined),
      categoryCount: categories > 0 ? categories : undefined,
      parameterFile: options.parameterFile,
      types: options.types ?? ['info', 'warn', 'error'],
    });
  } finally {
    port.close();
  }
}

/**
 * Removes an event source; its records stay. Needs an administrator. Returns the log that it was removed from, or
 * `undefined` when there was none.
 *
 * @throws ServiceError INVALID_OPTIONS; EVENT_SOURCE_TAKEN for the source of a log itself; Win32Error
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
 * @throws ServiceError INVALID_OPTIONS for a language that has no Windows identifier; the error of the file system, such
 * as EBUSY while Event Viewer has the old file open.
 * @example
 * await buildMessageFile(events, 'C:\\Program Files\\Orders\\events.dll');
 */
export async function buildMessageFile(catalog: object, path: string): Promise<void> {
  const messages = messagesOf(catalogData(catalog));
  if (messages.length === 0)
    throw new ServiceError('INVALID_OPTIONS', 'buildMessageFile: the catalogue has no events.');
  const { createMessageFile } = await import('../win32/eventlog/message-file/message-file.ts');
  await writeFile(path, createMessageFile(messages));
}

/**
 * Reads the events of a log. Leaving the loop ends it; an abort makes it throw the reason of the signal.
 *
 * @throws ServiceError INVALID_OPTIONS; WINDOWS_ONLY; Win32Error
 * @example
 * for await (const event of readEvents({ source: 'OrdersApi', level: 'warn', since: '1d' })) console.log(event.message);
 */
export async function* readEvents(options: ReadEventsOptions = {}): AsyncGenerator<EventEntry, void, undefined> {
  checkOptions('readEvents', readSchema, options, () =>
    options.follow && options.order === 'newest'
      ? [{ path: 'order', message: "must be 'oldest' with follow: what comes is newer" }]
      : [],
  );
  const [{ createWin32EventReader }, { readWith }] = await Promise.all([
    import('../win32/eventlog/event-reader.ts'),
    import('./read-events.ts'),
  ]);
  yield* readWith(createWin32EventReader(openFfi()), options, systemClock.now());
}
