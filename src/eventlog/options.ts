import * as z from 'zod/mini';
import { durationMs } from '../util/duration.ts';
import { objectWith, oneOf, text, wholeNumber } from '../util/option-types.ts';

/** Name of a registry key, so without `\\`. Source: https://learn.microsoft.com/windows/win32/eventlog/eventlog-key */
const keyName = (what: string) =>
  z
    .string(`${what} must be a text`)
    .check(
      z.minLength(1, 'must not be empty'),
      z.maxLength(212, 'must have at most 212 characters'),
      z.regex(/^[^\\\u0000-\u001f]*$/, 'must not have \\ or control characters'),
    );
const machine = z
  .string('must be a text')
  .check(z.regex(/^[^\\/\s]+$/, "must be the name of a machine such as 'server1', without \\\\"));
const severity = oneOf('success', 'info', 'warn', 'error', 'auditSuccess', 'auditFailure');
/** Path that the Event Log service loads a DLL from. */
const file = z
  .string('must be a text')
  .check(z.regex(/^([a-zA-Z]:[\\/]|\\\\|%[^%]+%)/, 'must be an absolute Windows path, or begin with a %VARIABLE%'));

/** Options of `openEventLog`. */
export const openSchema = z.strictObject({
  source: keyName('the source'),
  log: z.optional(keyName('the log')),
  machine: z.optional(machine),
  fallback: z.optional(objectWith('write')),
});

/** Options of `installEventSource`. */
export const installSchema = z.strictObject({
  source: keyName('the source'),
  log: z.optional(keyName('the log')),
  messageFile: z.optional(file),
  categoryFile: z.optional(file),
  parameterFile: z.optional(file),
  catalog: z.optional(
    z.custom((value) => typeof value === 'object' && value !== null, 'must come from defineEvents()'),
  ),
  types: z.optional(z.array(severity)),
  machine: z.optional(machine),
});

/** Options of `removeEventSource`. */
export const removeSchema = z.strictObject({
  source: keyName('the source'),
  log: z.optional(keyName('the log')),
  machine: z.optional(machine),
});

const level = oneOf('critical', 'error', 'warn', 'info', 'verbose');
const moment = z.custom(
  (value) => (value instanceof Date ? !Number.isNaN(value.getTime()) : durationMs(value) !== undefined),
  "must be a Date, or how long ago: '1h', '7d'",
);

/** Options of `readEvents`. */
export const readSchema = z.strictObject({
  log: z.optional(text),
  source: z.optional(z.union([text, z.array(text)], 'must be a name, or several')),
  ids: z.optional(z.array(wholeNumber(0, 65_535))),
  since: z.optional(moment),
  until: z.optional(moment),
  level: z.optional(
    z.union([level, z.array(level)], "must be 'critical', 'error', 'warn', 'info' or 'verbose', or a list"),
  ),
  order: z.optional(oneOf('oldest', 'newest')),
  limit: z.optional(wholeNumber(0)),
  follow: z.optional(z.boolean('must be true or false')),
  messages: z.optional(z.boolean('must be true or false')),
  signal: z.optional(z.custom((value) => value instanceof AbortSignal, 'must be an AbortSignal')),
  machine: z.optional(machine),
});
