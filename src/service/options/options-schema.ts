import * as z from 'zod/mini';
import { DEVICE_CLASSES, POWER_SETTINGS } from '../../scm/notifications.ts';
import { isObject } from '../../errors/check-options.ts';
import { level, objectOf, RUN_FIELDS } from '../../scm/run-options-schema.ts';
import { flag, fn, scmLabel, serviceName } from '../../util/option-types.ts';
import { ON } from './plain-options.ts';

/** Part of a service's name, behind the `@`. */
export const instanceLabel = () =>
  scmLabel('the instance').check(
    z.maxLength(64, 'must have at most 64 characters'),
    z.regex(/^[^@/\\\s](?:[^@/\\]*[^@/\\\s])?$/, 'must not have @, / or \\, or begin or end with a space'),
  );

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

const command = () =>
  z.strictObject({
    code: z
      .int('must be a whole number from 128 to 255')
      .check(z.minimum(128, 'must be 128 or more'), z.maximum(255, 'must be 255 or less')),
    run: fn,
  });

const eventLog = () =>
  z.strictObject({
    source: z.optional(scmLabel('the source')),
    log: z.optional(scmLabel('the log')),
    level: level(),
  });

const FIELDS: Readonly<Record<string, () => z.ZodMiniType>> = {
  ...RUN_FIELDS,
  name: () => serviceName,
  instance: () => z.union([flag, instanceLabel()], 'must be true, false or a text'),
  displayName: () => scmLabel('the display name'),
  description: () => z.string('must be a text'),
  start: () => fn,
  stop: () => fn,
  pause: () => fn,
  resume: () => fn,
  on: () => objectOf(ON, fn),
  notifications: () => z.strictObject({ power: namesOrGuids(POWER_SETTINGS), devices: namesOrGuids(DEVICE_CLASSES) }),
  commands: () => z.record(z.string(), command()),
  signals: () => flag,
  recoverAfterFailedStop: () => flag,
  // Checked as a whole when it is used: most processes never install anything.
  install: () => z.record(z.string(), z.unknown(), 'must be an object'),
  eventLog: () => z.union([z.boolean(), eventLog()], "must be true, false or { source: '…', log: '…', level: 'warn' }"),
  shutdown: () => z.enum(['shutdown', 'preshutdown'], "must be 'shutdown' or 'preshutdown'"),
};
const REQUIRED = ['name', 'start'];

/**
 * Creates the schema of the options of `defineService`. It only checks: the handlers keep their identity.
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
