import { ServiceError } from '../errors/service-error.ts';

/** Longest value, in bytes of UTF-8: 1 MiB. */
export const MAX_SECRET_BYTES = 2 ** 20;
const NAME = /^[A-Za-z_][A-Za-z0-9_.-]{0,99}$/;

/** Returns the name in capitals: names of secrets have no case, as those of variables on Windows. @throws ServiceError INVALID_OPTIONS */
export function checkSecretName(name: unknown): string {
  if (typeof name === 'string' && NAME.test(name)) return name.toUpperCase();
  const shown = typeof name === 'string' ? `; got ${JSON.stringify(name.slice(0, 100))}` : '';
  throw new ServiceError(
    'INVALID_OPTIONS',
    `The name of a secret must have 1 to 100 letters, digits, dots, dashes or underscores, and begin with a letter or an underscore${shown}.`,
  );
}

/** Returns the value as UTF-8. The error holds no part of it. @throws ServiceError INVALID_OPTIONS */
export function encodeSecret(value: unknown): Buffer {
  const problem = problemOf(value);
  if (problem !== undefined) throw new ServiceError('INVALID_OPTIONS', `The value of a secret ${problem}.`);
  return Buffer.from(value as string);
}

function problemOf(value: unknown): string | undefined {
  if (typeof value !== 'string') return 'must be a text';
  if (value === '') return 'must not be empty';
  if (value.length > MAX_SECRET_BYTES || Buffer.byteLength(value) > MAX_SECRET_BYTES) {
    return `must have at most ${MAX_SECRET_BYTES} bytes (1 MiB) of UTF-8`;
  }
  // It would become another text.
  return /\p{Surrogate}/u.test(value) ? 'must be a text of whole characters: it has half a surrogate pair' : undefined;
}
