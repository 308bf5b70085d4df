import { ServiceError } from '../errors/service-error.ts';
import type { EventSeverity, EventSources, EventSourceSettings } from '../scm/event-log.ts';

/** Where a source writes to, and where Event Viewer finds its texts. */
export interface InstallEventSourceOptions {
  readonly source: string;
  /** A log of Windows or one of your own, which is made. Default `'Application'`. */
  readonly log?: string;
  /** The DLL with the texts, as `buildMessageFile` writes it. Default: one that comes with the package and shows any message. */
  readonly messageFile?: string;
  /** The DLL with the names of the categories. Default: `messageFile`, when there is a catalogue with categories. */
  readonly categoryFile?: string;
  readonly parameterFile?: string;
  /** What `messageFile` was built from: tells how many categories there are. */
  readonly catalog?: object;
  /** The severities that the source writes. Default: all but the audits. */
  readonly types?: readonly EventSeverity[];
  /** Another machine; `messageFile` is then a path on it. */
  readonly machine?: string;
}

/** Which event source to remove. */
export interface RemoveEventSourceOptions {
  readonly source: string;
  /** Only from this log. Default: from the log that it belongs to. */
  readonly log?: string;
  readonly machine?: string;
}

/** What installing an event source did. */
export interface InstallEventSourceResult {
  readonly log: string;
  /** The settings that were not so before; empty when there was nothing to do. */
  readonly changed: readonly (keyof EventSourceSettings)[];
}

export const DEFAULT_LOG = 'Application';

/** Brings a source to these settings; a setting that is `undefined` stays as it is. @throws ServiceError EVENT_SOURCE_TAKEN; Win32Error */
export function ensureSource(
  port: EventSources,
  source: string,
  log: string,
  wanted: EventSourceSettings,
): InstallEventSourceResult {
  refuseForeign(port, source, log);
  const found = port.read(log, source);
  const changed = (Object.keys(wanted) as (keyof EventSourceSettings)[]).filter(
    (key) => wanted[key] !== undefined && !same(wanted[key], found?.[key]),
  );
  if (!found || changed.length > 0) {
    port.write(log, source, Object.fromEntries(changed.map((key) => [key, wanted[key]])));
  }
  return { log, changed };
}

/** Returns the log that the source was removed from; `undefined` when there was none. @throws ServiceError EVENT_SOURCE_TAKEN; Win32Error */
export function removeSource(port: EventSources, source: string, log: string | undefined): string | undefined {
  const namesake = port.logs().find((name) => equal(name, source));
  if (namesake !== undefined) {
    throw new ServiceError(
      'EVENT_SOURCE_TAKEN',
      `"${source}" is the source of the log ${namesake} itself, and stays.`,
      {
        details: { source, log: namesake },
      },
    );
  }
  const owner = log ?? logOf(port, source);
  if (owner === undefined) return undefined;
  return port.remove(owner, source) ? owner : undefined;
}

/** A source belongs to one log; the Event Log service takes the first that it finds. */
function refuseForeign(port: EventSources, source: string, log: string): void {
  const owner = logOf(port, source);
  if (owner !== undefined && !equal(owner, log)) {
    throw new ServiceError(
      'EVENT_SOURCE_TAKEN',
      `The event source "${source}" belongs to the log ${owner} already, so it can't be installed for ${log}. Choose another name, or remove it there first: removeEventSource({ source: '${source}', log: '${owner}' }).`,
      { details: { source, log, owner } },
    );
  }
  const namesake = port.logs().find((name) => equal(name, source));
  if (namesake !== undefined) {
    throw new ServiceError(
      'EVENT_SOURCE_TAKEN',
      `The event source "${source}" has the name of a log. Choose another name.`,
      { details: { source, log, owner: namesake } },
    );
  }
}

/** The log that a source belongs to. */
export function logOf(port: EventSources, source: string): string | undefined {
  return port.logs().find((log) => port.read(log, source) !== undefined);
}

/** Names in the registry are the same whatever their case. */
function equal(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
}

function same(a: unknown, b: unknown): boolean {
  if (Array.isArray(a) && Array.isArray(b)) return a.length === b.length && a.every((item) => b.includes(item));
  return a === b;
}
