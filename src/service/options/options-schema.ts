import * as z from 'zod/mini';
import { DEVICE_CLASSES, POWER_SETTINGS } from '../../scm/notifications.ts';
import { isObject } from '../../errors/check-options.ts';
import { durationMs } from '../../util/duration.ts';
import { duration, flag, fn, oneOf, scmLabel, serviceName, text, wholeNumber } from '../../util/option-types.ts';

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

function objectOf(keys: readonly string[], type: z.ZodMiniType) {
  const each = z.optional(type);
  return z.strictObject(Object.fromEntries(keys.map((key) => [key, each])));
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

const whole = () => wholeNumber(1);
const level = () => z.optional(oneOf('debug', 'info', 'warn', 'error'));

const command = () =>
  z.strictObject({
    code: z
      .int('must be a whole number from 128 to 255')
      .check(z.minimum(128, 'must be 128 or more'), z.maximum(255, 'must be 255 or less')),
    run: fn,
  });

const logging = () =>
  z.strictObject({
    dir: z.optional(text),
    maxSize: z.optional(
      z.union(
        [whole(), z.string().check(z.regex(/^[1-9]\d*[KMG]$/))],
        "must be a number of bytes or a text such as '500K', '10M', '1G'",
      ),
    ),
    maxFiles: z.optional(whole()),
    interval: z.optional(z.enum(['hourly', 'daily'], "must be 'hourly' or 'daily'")),
    compress: z.optional(flag),
    level: level(),
    captureOutput: z.optional(flag),
  });

const hang = () => {
  const atLeastASecond = z.custom((value) => (durationMs(value) ?? 0) >= 1_000);
  return z.strictObject({ timeout: z.optional(atLeastASecond), action: z.optional(oneOf('report', 'fail')) });
};

const eventLog = () =>
  z.strictObject({
    source: z.optional(scmLabel('the source')),
    log: z.optional(scmLabel('the log')),
    level: level(),
  });

const FIELDS: Readonly<Record<string, () => z.ZodMiniType>> = {
  name: () => serviceName,
  displayName: () => scmLabel('the display name'),
  description: () => z.string('must be a text'),
  start: () => fn,
  stop: () => fn,
  pause: () => fn,
  resume: () => fn,
  on: () => objectOf(ON, fn),
  notifications: () => z.strictObject({ power: namesOrGuids(POWER_SETTINGS), devices: namesOrGuids(DEVICE_CLASSES) }),
  commands: () => z.record(z.string(), command()),
  timeouts: () => objectOf(TIMEOUTS, duration),
  hang: () =>
    z.union(
      [z.literal(false), hang()],
      "must be false or { timeout: '30s', action: 'report' | 'fail' } with a timeout of at least 1 s",
    ),
  signals: () => flag,
  recoverAfterFailedStop: () => flag,
  crashReport: () =>
    z.union(
      [z.boolean(), z.strictObject({ dir: z.optional(text), keep: z.optional(whole()) })],
      "must be true, false or { dir: '…', keep: 5 } with at least one to keep",
    ),
  // Checked as a whole when it is used: most processes never install anything.
  install: () => z.record(z.string(), z.unknown(), 'must be an object'),
  logging: () => z.union([z.literal(false), logging()]),
  eventLog: () => z.union([z.boolean(), eventLog()], "must be true, false or { source: '…', log: '…', level: 'warn' }"),
  shutdown: () => z.enum(['shutdown', 'preshutdown'], "must be 'shutdown' or 'preshutdown'"),
};
const REQUIRED = ['name', 'start'];

/**
 * What `defineService` takes. Checks only: the handlers keep their identity.
 *
 * Built for the options that are given: a whole schema takes a MiB of memory and several ms of each start.
 */
export function serviceOptionsSchema(options: unknown): z.ZodMiniType {
  const given = Object.keys(isObject(options) ? options : {}).filter((key) => Object.hasOwn(FIELDS, key));
  const keys = [...new Set([...REQUIRED, ...given])];
  const part = (key: string): z.ZodMiniType | undefined => {
    const type = FIELDS[key]?.();
    return type && !REQUIRED.includes(key) ? z.optional(type) : type;
  };
  return z.strictObject(Object.fromEntries(keys.map((key) => [key, part(key)])) as Record<string, z.ZodMiniType>);
}
