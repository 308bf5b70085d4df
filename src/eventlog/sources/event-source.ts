import { ServiceError } from '../../errors/service-error.ts';
import type { EventSeverity, EventSources, EventSourceSettings } from '../../scm/event-log.ts';

/** Settings of an event source. */
export interface InstallEventSourceOptions {
  /** Name of the source: at most 212 characters, without `\\`. */
  readonly source: string;
  /** Log that the source writes to. A log that doesn't exist is created. Default `'Application'`. */
  readonly log?: string;
  /** Path of the DLL with the texts, as `buildMessageFile` writes it. Default: a DLL of the package that shows any message. */
  readonly messageFile?: string;
  /** Path of the DLL with the names of the categories. Default: `messageFile`, when `catalog` has categories. */
  readonly categoryFile?: string;
  /** Path of the DLL with the texts of `%%1`, `%%2`, … in parameters. Default: none. */
  readonly parameterFile?: string;
  /** Catalogue that `messageFile` was built from: it gives the number of categories. Default: none. */
  readonly catalog?: object;
  /** Severities that the source writes. Default `['info', 'warn', 'error']`. */
  readonly types?: readonly EventSeverity[];
  /** Name of another machine; `messageFile` is then a path on it. Default: this machine. */
  readonly machine?: string;
}

/** Event source to remove. */
export interface RemoveEventSourceOptions {
  /** Name of the source. */
  readonly source: string;
  /** Log to remove it from. Default: the log that it belongs to. */
  readonly log?: string;
  /** Name of another machine. Default: this machine. */
  readonly machine?: string;
}

/** Result of installing an event source. */
export interface InstallEventSourceResult {
  /** Log that the source belongs to. */
  readonly log: string;
  /** Settings that were different before; empty: nothing was changed. */
  readonly changed: readonly (keyof EventSourceSettings)[];
  /**
   * `false`: 10 s later the Event Log service still doesn't know the new log. Until it does, records of the source go to
   * the log Application.
   */
  readonly ready: boolean;
}

/** Gives a source these settings; `undefined` keeps a setting. @throws ServiceError EVENT_SOURCE_TAKEN; Win32Error */
export function ensureSource(
  port: EventSources,
  source: string,
  log: string,
  wanted: EventSourceSettings,
): Omit<InstallEventSourceResult, 'ready'> {
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

/** Removes a source. Returns the log that it belonged to; `undefined`: there was none. @throws ServiceError EVENT_SOURCE_TAKEN; Win32Error */
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
  const owner = log ?? findLog(port, source);
  if (owner === undefined) return undefined;
  return port.remove(owner, source) ? owner : undefined;
}

/** Refuses a source of another log, and the name of a log: a source belongs to one log, and the Event Log service takes the first that it finds. */
function refuseForeign(port: EventSources, source: string, log: string): void {
  const owner = findLog(port, source);
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

/** Finds the log that a source belongs to. */
export function findLog(port: EventSources, source: string): string | undefined {
  return port.logs().find((log) => port.read(log, source) !== undefined);
}

/** Compares names as the registry does, without regard to case. */
function equal(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
}

function same(a: unknown, b: unknown): boolean {
  if (Array.isArray(a) && Array.isArray(b)) return a.length === b.length && a.every((item) => b.includes(item));
  return a === b;
}
