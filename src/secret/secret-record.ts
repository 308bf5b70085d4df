import type { ProtectionScope } from '../scm/data-protection.ts';

/** Content of the file of a secret. */
export interface SecretRecord {
  readonly name: string;
  readonly scope: ProtectionScope;
  /** Machine that encrypted it. */
  readonly machine: string;
  /** User that encrypted it. */
  readonly user: string;
  readonly data: Buffer;
}

/** Largest file, in bytes: a value of 1 MiB in base64, with room for the rest. */
export const MAX_RECORD_BYTES = 2 * 2 ** 20;
const VERSION = 1;
const BASE64 = /^[A-Za-z0-9+/]+={0,2}$/;

/** Formats the file of a secret. */
export function formatRecord({ data, ...facts }: SecretRecord): string {
  return `${JSON.stringify({ version: VERSION, ...facts, data: data.toString('base64') }, null, 2)}\n`;
}

/** Parses the file of a secret; `undefined`: it is damaged, or none. Never throws. */
export function parseRecord(text: string): SecretRecord | undefined {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (typeof parsed !== 'object' || parsed === null) return undefined;
  const { version, name, scope, machine, user, data } = parsed as Readonly<Record<string, unknown>>;
  if (version !== VERSION || (scope !== 'machine' && scope !== 'user')) return undefined;
  if (typeof name !== 'string' || typeof machine !== 'string' || typeof user !== 'string') return undefined;
  if (typeof data !== 'string' || data.length % 4 !== 0 || !BASE64.test(data)) return undefined;
  return { name, scope, machine, user, data: Buffer.from(data, 'base64') };
}

/**
 * Text that binds encrypted data to its purpose: DPAPI needs the same text to decrypt it, so the file of one secret can't
 * take the place of another's.
 */
export function secretContext(service: string, name: string): string {
  return `winsvc secret\0${service.toLowerCase()}\0${name}`;
}
