import * as z from 'zod/mini';
import { DEVICE_CLASSES, POWER_SETTINGS } from '../status/notifications.ts';
import { durationMs } from '../util/duration.ts';
import { duration, flag, fn, oneOf, scmLabel, serviceName, text, wholeNumber } from '../util/option-types.ts';

const ON = [
  'paramChange',
  'netBind',
  'hardwareProfileChange',
  'deviceEvent',
  'powerEvent',
  'sessionChange',
  'timeChange',
  'triggerEvent',
  'lowResources',
  'systemLowResources',
] as const;
const TIMEOUTS = ['start', 'stop', 'pause', 'resume', 'control', 'shutdown', 'preshutdown'] as const;

function optionalOf<K extends string, T extends z.ZodMiniType>(keys: readonly K[], type: T) {
  return z.optional(
    z.strictObject(Object.fromEntries(keys.map((key) => [key, z.optional(type)])) as Record<K, z.ZodMiniOptional<T>>),
  );
}

const GUID = /^(?:\{[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}\}|[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12})$/i;
const namesOrGuids = (names: readonly string[]) =>
  z.optional(
    z.array(
      z.custom(
        (value) => typeof value === 'string' && (names.includes(value) || GUID.test(value)),
        `must be a GUID or one of ${names.map((name) => `'${name}'`).join(', ')}`,
      ),
      'must be a list',
    ),
  );

const command = z.strictObject({
  code: z
    .int('must be a whole number from 128 to 255')
    .check(z.minimum(128, 'must be 128 or more'), z.maximum(255, 'must be 255 or less')),
  run: fn,
});

const atLeastASecond = z.custom((value) => (durationMs(value) ?? 0) >= 1_000);

const loggingSchema = z.strictObject({
  dir: z.optional(text),
  maxSize: z.optional(
    z.union(
      [wholeNumber(1), z.string().check(z.regex(/^[1-9]\d*[KMG]$/))],
      "must be a number of bytes or a text such as '500K', '10M', '1G'",
    ),
  ),
  maxFiles: z.optional(wholeNumber(1)),
  interval: z.optional(z.enum(['hourly', 'daily'], "must be 'hourly' or 'daily'")),
  compress: z.optional(flag),
  level: z.optional(oneOf('debug', 'info', 'warn', 'error')),
  captureOutput: z.optional(flag),
});

/** What `defineService` takes. Checks only: the handlers keep their identity. */
export const serviceOptionsSchema = z.strictObject({
  name: serviceName,
  displayName: z.optional(scmLabel('the display name')),
  description: z.optional(z.string('must be a text')),
  start: fn,
  stop: z.optional(fn),
  pause: z.optional(fn),
  resume: z.optional(fn),
  on: optionalOf(ON, fn),
  notifications: z.optional(
    z.strictObject({ power: namesOrGuids(POWER_SETTINGS), devices: namesOrGuids(DEVICE_CLASSES) }),
  ),
  commands: z.optional(z.record(z.string(), command)),
  timeouts: optionalOf(TIMEOUTS, duration),
  hang: z.optional(
    z.union(
      [
        z.literal(false),
        z.strictObject({ timeout: z.optional(atLeastASecond), action: z.optional(oneOf('report', 'fail')) }),
      ],
      "must be false or { timeout: '30s', action: 'report' | 'fail' } with a timeout of at least 1 s",
    ),
  ),
  signals: z.optional(flag),
  crashReport: z.optional(
    z.union(
      [z.boolean(), z.strictObject({ dir: z.optional(text), keep: z.optional(wholeNumber(1)) })],
      "must be true, false or { dir: '…', keep: 5 } with at least one to keep",
    ),
  ),
  // Checked as a whole when it is used: most processes never install anything.
  install: z.optional(z.record(z.string(), z.unknown(), 'must be an object')),
  logging: z.optional(z.union([z.literal(false), loggingSchema])),
  eventLog: z.optional(
    z.union(
      [
        z.boolean(),
        z.strictObject({
          source: z.optional(scmLabel('the source')),
          log: z.optional(scmLabel('the log')),
          level: z.optional(oneOf('debug', 'info', 'warn', 'error')),
        }),
      ],
      "must be true, false or { source: '…', log: '…', level: 'warn' }",
    ),
  ),
  shutdown: z.optional(z.enum(['shutdown', 'preshutdown'], "must be 'shutdown' or 'preshutdown'")),
});
