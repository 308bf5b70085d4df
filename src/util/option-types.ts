import * as z from 'zod/mini';
import { durationMs } from './duration.ts';

/** Schemas that the options of several calls share. */
export const fn = z.custom<(...args: unknown[]) => unknown>(
  (value) => typeof value === 'function',
  'must be a function',
);
export const duration = z.custom(
  (value) => durationMs(value) !== undefined,
  "must be milliseconds or a text such as '30s', '5m', '2h'",
);
/** Duration greater than 0. */
export const interval = z.custom(
  (value) => (durationMs(value) ?? 0) > 0,
  "must be more than 0: milliseconds or a text such as '30s', '5m', '2h'",
);
/** Duration for the SCM: may be longer than a timer of Node can wait. */
export const longDuration = (maxMs: number) =>
  z.custom(
    (value) => durationMs(value, maxMs) !== undefined,
    `must be milliseconds (at most ${maxMs}) or a text such as '30s', '5m', '2h', '1d'`,
  );
export const text = z.string('must be a text').check(z.minLength(1, 'must not be empty'));
/** Text without NUL: Win32 texts end at the first one. */
export const noNulText = z.string('must be a text').check(z.regex(/^[^\0]*$/, 'must not have NUL characters'));
export const abortSignal = z.custom((value) => value instanceof AbortSignal, 'must be an AbortSignal');
export const flag = z.boolean('must be true or false');
export const wholeNumber = (min: number, max = Number.MAX_SAFE_INTEGER) =>
  z
    .int(`must be a whole number of at least ${min}`)
    .check(z.minimum(min, `must be ${min} or more`), z.maximum(max, `must be ${max} or less`));
export const port = wholeNumber(0, 65_535);
export const number = (min: number, max = Number.MAX_VALUE) =>
  z
    .number('must be a number')
    .check(z.minimum(min, `must be ${min} or more`), z.maximum(max, `must be ${max} or less`));
export const oneOf = <const T extends readonly [string, ...string[]]>(...values: T) =>
  z.enum(values, `must be ${values.map((value) => `'${value}'`).join(' or ')}`);
/** Object with methods that the library calls, such as a clock. */
export const objectWith = (...methods: readonly string[]) =>
  z.custom(
    (value) =>
      typeof value === 'object' &&
      value !== null &&
      methods.every((method) => typeof (value as Record<string, unknown>)[method] === 'function'),
    `must be an object with ${methods.map((method) => `${method}()`).join(', ')}`,
  );
export const clock = objectWith('now', 'setTimeout');
/** Text that the SCM accepts as a name. */
export const scmLabel = (what: string) =>
  z.string(`${what} must be a text`).check(
    z.minLength(1, 'must not be empty'),
    z.maxLength(256, 'must have at most 256 characters'),
    // The SCM refuses these.
    z.regex(/^[^\u0000-\u001f\u007f]*$/, 'must not have control characters'),
  );

export const serviceName = scmLabel('the name').check(
  z.regex(/^[^/\\]*$/, 'must not have / or \\'),
  z.refine((name) => name.trim() === name, 'must not begin or end with a space'),
);

export const httpUrl = z.custom(
  (value) =>
    (typeof value === 'string' || value instanceof URL) &&
    URL.canParse(String(value)) &&
    /^https?:$/.test(new URL(value).protocol),
  'must be an http: or https: URL',
);
/** Values that `fetch` takes for a header. */
export const HEADER_VALUE = /^[\t\x20-\x7e\x80-\xff]*$/;
/** Headers of a request. A value that HTTP doesn't allow would be quoted by the error of `fetch`. */
export const httpHeaders = z.record(
  z.string().check(z.regex(/^[\w!#$%&'*+.^`|~-]+$/, 'must be names of headers')),
  z.string('must be a text').check(z.regex(HEADER_VALUE, 'has a character that HTTP does not allow')),
  'must be an object of texts',
);
