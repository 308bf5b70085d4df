import { decodeMultiText, encodeMultiText } from './blob.ts';
import { ifReadable } from './if-readable.ts';
import type { CallContext, ScmCalls } from './scm-calls.ts';
import { readValue, writeValue } from './service-key.ts';

const REG_MULTI_SZ = 7;
const VALUE = 'Environment';

/**
 * Reads the environment variables of one service: a list in its registry key. The SCM adds them to the environment of the
 * service, and has no function to read or write them. `undefined`: they can't be read.
 *
 * Source: https://learn.microsoft.com/windows/win32/services/services-and-the-registry
 */
export function readEnvironmentIfAllowed(calls: ScmCalls, name: string): Promise<Record<string, string> | undefined> {
  const context: CallContext = { action: `read the environment of service "${name}"`, service: name };
  return ifReadable(async () => {
    const bytes = await readValue(calls, { service: name, value: VALUE }, context);
    return bytes ? toVariables(decodeMultiText(bytes)) : {};
  });
}

/** Writes the environment variables of one service. None: the value is deleted. @throws Win32Error */
export function writeEnvironment(
  calls: ScmCalls,
  name: string,
  variables: Readonly<Record<string, string>>,
): Promise<void> {
  const context: CallContext = { action: `set the environment of service "${name}"`, service: name };
  const lines = Object.entries(variables).map(([variable, value]) => `${variable}=${value}`);
  const data = lines.length === 0 ? undefined : { type: REG_MULTI_SZ, bytes: encodeMultiText(lines) };
  return writeValue(calls, { service: name, value: VALUE }, data, context);
}

/** Variables of `NAME=value` lines. A name may begin with `=`: the current folder of a drive is stored as `=C:`. */
export function toVariables(lines: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    lines.map((line) => {
      const at = line.indexOf('=', 1);
      return at < 0 ? [line, ''] : [line.slice(0, at), line.slice(at + 1)];
    }),
  );
}
