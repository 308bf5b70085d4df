import type { HostSettings } from '../../scm/host-settings.ts';
import { KEY } from '../registry/constants.ts';
import { Registry } from '../registry/registry-key.ts';
import type { Ffi } from '../ffi/ffi.ts';
import { HOST_SETTINGS_KEY, HOST_SETTINGS_VALUE, parseHostText } from '../host-settings-place.ts';

/** Reads the settings of the hosted program of this process; an empty object when there are none. @throws Win32Error, Error */
export function readHostSettings(ffi: Ffi, service: string): HostSettings {
  const path = `SYSTEM\\CurrentControlSet\\Services\\${service}\\${HOST_SETTINGS_KEY}`;
  const text = new Registry(ffi).with(path, KEY.QUERY_VALUE, (key) => key.text(HOST_SETTINGS_VALUE));
  if (text === undefined) return {};
  try {
    return parseHostText(text);
  } catch (error) {
    const repair = `Write it again: winsvc ensure, or winsvc config set "${service}" with the settings.`;
    throw new Error(`HKLM\\${path}, value ${HOST_SETTINGS_VALUE}, is not a JSON object. ${repair}`, { cause: error });
  }
}
