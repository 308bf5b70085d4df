import { inspect } from 'node:util';
import { REDACTED, redactUrls } from '../../util/secret-names.ts';
import { isPlainObject } from '../layers/layer.ts';
import type { Path } from '../schema/config-schema.ts';

type IsSecret = (path: Path) => boolean;

/** Returns a copy with `[secret]` for every secret that is set, and without the secret parts of URLs. */
export function redact(value: unknown, isSecret: IsSecret, path: Path = []): unknown {
  if (value !== undefined && value !== null && isSecret(path)) return REDACTED;
  if (typeof value === 'string') return redactLogin(value);
  if (Array.isArray(value)) return value.map((item, index) => redact(item, isSecret, [...path, index]));
  if (!isPlainObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, redact(item, isSecret, [...path, key])]));
}

/** Hides the parts of a URL with a login; every other URL is configuration that its reader wants to see. */
function redactLogin(text: string): string {
  return /:\/\/[^/?#\s]*@/.test(text) ? redactUrls(text) : text;
}

/**
 * Freezes a configuration, and makes console.log, util.inspect and JSON.stringify show it without its secrets. The
 * values themselves stay as they are.
 */
export function seal(value: unknown, isSecret: IsSecret, path: Path = []): void {
  if (Array.isArray(value)) {
    value.forEach((item, index) => {
      seal(item, isSecret, [...path, index]);
    });
  } else if (isPlainObject(value)) {
    for (const [key, item] of Object.entries(value)) seal(item, isSecret, [...path, key]);
  } else return;
  if (Object.isFrozen(value)) return;
  const shown = (): unknown => redact(value, isSecret, path);
  if (!('toJSON' in value)) Object.defineProperty(value, 'toJSON', { value: shown });
  Object.defineProperty(value, inspect.custom, {
    value: (_depth: number, options: object) => inspect(shown(), options),
  });
  Object.freeze(value);
}

/** Collects the secrets of a configuration as texts, for a redactor. */
export function secretsIn(value: unknown, isSecret: IsSecret, path: Path = [], inside = false): string[] {
  const hidden = inside || isSecret(path);
  if (Array.isArray(value)) return value.flatMap((item, index) => secretsIn(item, isSecret, [...path, index], hidden));
  if (isPlainObject(value)) {
    return Object.entries(value).flatMap(([key, item]) => secretsIn(item, isSecret, [...path, key], hidden));
  }
  if (typeof value === 'string') return hidden ? [value] : loginOf(value);
  const isPlain = typeof value === 'number' || typeof value === 'bigint' || typeof value === 'boolean';
  return hidden && isPlain ? [String(value)] : [];
}

/** The password in a URL. */
function loginOf(text: string): string[] {
  const [, login] = /:\/\/([^/?#\s]*)@/.exec(text) ?? [];
  return login === undefined ? [] : login.split(':').slice(-1);
}
