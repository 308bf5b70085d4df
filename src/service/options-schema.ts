import * as z from 'zod/mini';
import { duration, fn, scmLabel, serviceName } from '../util/option-types.ts';

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

const command = z.strictObject({
  code: z
    .int('must be a whole number from 128 to 255')
    .check(z.minimum(128, 'must be 128 or more'), z.maximum(255, 'must be 255 or less')),
  run: fn,
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
  commands: z.optional(z.record(z.string(), command)),
  timeouts: optionalOf(TIMEOUTS, duration),
  // Checked as a whole when it is used: most processes never install anything.
  install: z.optional(z.record(z.string(), z.unknown(), 'must be an object')),
  shutdown: z.optional(z.enum(['shutdown', 'preshutdown'], "must be 'shutdown' or 'preshutdown'")),
});
