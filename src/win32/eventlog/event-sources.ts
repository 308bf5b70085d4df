import { Win32Error } from '../../errors/win32-error.ts';
import type { EventSeverity, EventSources, EventSourceSettings } from '../../scm/event-log.ts';
import type { Ffi } from '../ffi/ffi.ts';
import { bindTable } from '../bind-table.ts';
import { ERROR_EVT_CHANNEL_NOT_FOUND, EVENT_LOG_KEY, EVENT_TYPE, EVT_QUERY } from './constants.ts';
import { ERROR_ACCESS_DENIED, KEY } from '../registry/constants.ts';
import { READ_FUNCTIONS } from './functions.ts';
import { Registry, type RegistryKey } from '../registry/registry-key.ts';

/** Opens the event sources of this machine, or of another one. @throws Win32Error */
export async function openEventSources(ffi: Ffi, machine: string | undefined): Promise<EventSources> {
  if (machine === undefined) return createEventSources(new Registry(ffi), (log) => isKnownHere(ffi, log));
  return createEventSources(await Registry.connect(ffi, machine));
}

/** The Event Log service names a log that it doesn't know; other failures say nothing about the log. */
function isKnownHere(ffi: Ffi, log: string): boolean {
  const api = bindTable(ffi, READ_FUNCTIONS);
  const results = api.EvtQuery(null, log, '*', EVT_QUERY.CHANNEL_PATH | EVT_QUERY.FORWARD);
  if (!results) return ffi.lastError() !== ERROR_EVT_CHANNEL_NOT_FOUND;
  api.EvtClose(results);
  return true;
}

/** Creates the event sources of a registry. Source: https://learn.microsoft.com/windows/win32/eventlog/event-sources */
export function createEventSources(registry: Registry, isKnown: (log: string) => boolean = () => true): EventSources {
  const pathOf = (log: string, source: string): string => `${EVENT_LOG_KEY}\\${log}\\${source}`;
  return {
    logs: () => registry.with(EVENT_LOG_KEY, KEY.READ, (key) => key.names()) ?? [],
    read(log, source) {
      try {
        return registry.with(pathOf(log, source), KEY.READ, readSettings);
      } catch (error) {
        // Only administrators may read the Security log, which has no sources of services.
        if (error instanceof Win32Error && error.win32Code === ERROR_ACCESS_DENIED) return undefined;
        throw error;
      }
    },
    write(log, source, settings) {
      registry.withNew(pathOf(log, source), KEY.QUERY_VALUE | KEY.SET_VALUE, (key) => {
        writeSettings(key, settings);
      });
    },
    isKnown,
    remove: (log, source) => registry.remove(pathOf(log, source)),
    close() {
      registry.close();
    },
  };
}

function readSettings(key: RegistryKey): EventSourceSettings {
  const types = key.dword('TypesSupported');
  return {
    messageFile: key.text('EventMessageFile'),
    categoryFile: key.text('CategoryMessageFile'),
    categoryCount: key.dword('CategoryCount'),
    parameterFile: key.text('ParameterMessageFile'),
    types: types === undefined ? undefined : typesOf(types),
  };
}

function writeSettings(key: RegistryKey, settings: Partial<EventSourceSettings>): void {
  const { messageFile, categoryFile, categoryCount, parameterFile, types } = settings;
  if (messageFile !== undefined) key.setText('EventMessageFile', messageFile);
  if (categoryFile !== undefined) key.setText('CategoryMessageFile', categoryFile);
  if (categoryCount !== undefined) key.setDword('CategoryCount', categoryCount);
  if (parameterFile !== undefined) key.setText('ParameterMessageFile', parameterFile);
  if (types)
    key.setDword(
      'TypesSupported',
      types.reduce((bits, type) => bits | EVENT_TYPE[type], 0),
    );
}

function typesOf(bits: number): EventSeverity[] {
  return (Object.keys(EVENT_TYPE) as EventSeverity[]).filter((type) => bits & EVENT_TYPE[type]);
}
