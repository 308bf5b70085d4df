import { Win32Error } from '../../errors/win32-error.ts';
import type { EventSeverity, EventSources, EventSourceSettings } from '../../scm/event-log.ts';
import type { Ffi } from '../ffi/ffi.ts';
import { ERROR_ACCESS_DENIED, EVENT_LOG_KEY, EVENT_TYPE, KEY } from './constants.ts';
import { Registry, type RegistryKey } from './registry-key.ts';

/** The event sources of this machine, or of another one. */
export async function openEventSources(ffi: Ffi, machine: string | undefined): Promise<EventSources> {
  return createEventSources(machine === undefined ? new Registry(ffi) : await Registry.connect(ffi, machine));
}

/** The event sources in a registry. https://learn.microsoft.com/windows/win32/eventlog/event-sources */
export function createEventSources(registry: Registry): EventSources {
  const pathOf = (log: string, source: string): string => `${EVENT_LOG_KEY}\\${log}\\${source}`;
  return {
    logs: () => registry.with(EVENT_LOG_KEY, KEY.READ, (key) => key.names()) ?? [],
    read(log, source) {
      try {
        return registry.with(pathOf(log, source), KEY.READ, readSettings);
      } catch (error) {
        // The Security log is closed to all but administrators; nothing of ours is there.
        if (error instanceof Win32Error && error.win32Code === ERROR_ACCESS_DENIED) return undefined;
        throw error;
      }
    },
    write(log, source, settings) {
      registry.withNew(pathOf(log, source), KEY.QUERY_VALUE | KEY.SET_VALUE, (key) => {
        writeSettings(key, settings);
      });
    },
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
