import type { HostSettings } from '../../scm/host-settings.ts';
import { HOST_SETTINGS_KEY, HOST_SETTINGS_VALUE, parseHostText } from '../host-settings-place.ts';
import { ifReadable } from './if-readable.ts';
import type { CallContext, ScmCalls } from './scm-calls.ts';
import { readValue, writeValue } from './service-key.ts';

const REG_SZ = 1;

/**
 * Reads the settings of a hosted program. `value`: `null` when there are none, `undefined` for a text that isn't JSON, so
 * that `ensure` writes it again. `undefined` instead of the object: they can't be read.
 */
export function readHostIfAllowed(
  calls: ScmCalls,
  name: string,
): Promise<{ readonly value: HostSettings | null | undefined } | undefined> {
  const context: CallContext = { action: `read the host settings of service "${name}"`, service: name };
  return ifReadable(async () => {
    const bytes = await readValue(calls, placeOf(name), context);
    if (!bytes) return { value: null };
    try {
      return { value: parseHostText(bytes.toString('utf16le')) };
    } catch {
      return { value: undefined };
    }
  });
}

/** Writes the settings of a hosted program; `null` deletes them. @throws Win32Error */
export function writeHost(calls: ScmCalls, name: string, settings: HostSettings | null): Promise<void> {
  const context: CallContext = { action: `set the host settings of service "${name}"`, service: name };
  const data = settings && { type: REG_SZ, bytes: Buffer.from(`${JSON.stringify(settings)}\0`, 'utf16le') };
  return writeValue(calls, placeOf(name), data ?? undefined, context);
}

function placeOf(service: string) {
  return { service, subkey: HOST_SETTINGS_KEY, value: HOST_SETTINGS_VALUE };
}
