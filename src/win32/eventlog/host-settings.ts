import { KEY } from './constants.ts';
import { Registry } from './registry-key.ts';
import type { Ffi } from '../ffi/ffi.ts';

const VALUE = 'WinsvcHost';

/** The key that the documentation of services reserves for their own settings. */
function keyOf(service: string): string {
  return `SYSTEM\\CurrentControlSet\\Services\\${service}\\Parameters`;
}

/** Reads the settings of a hosted program; an empty object when there are none. @throws Win32Error, SyntaxError */
export function readHostSettings(ffi: Ffi, service: string): object {
  const text = new Registry(ffi).with(keyOf(service), KEY.QUERY_VALUE, (key) => key.text(VALUE));
  if (text === undefined) return {};
  try {
    return JSON.parse(text) as object;
  } catch (error) {
    throw new Error(`HKLM\\${keyOf(service)}, value ${VALUE}, is not JSON.`, { cause: error });
  }
}
