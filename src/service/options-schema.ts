import * as z from 'zod/mini';
import { durationMs } from '../util/duration.ts';

const fn = z.custom<(...args: unknown[]) => unknown>((value) => typeof value === 'function', 'must be a function');
const duration = z.custom(
  (value) => durationMs(value) !== undefined,
  "must be milliseconds or a text such as '30s', '5m', '2h'",
);
const label = (what: string) =>
  z.string(`${what} must be a text`).check(
    z.minLength(1, 'must not be empty'),
    z.maxLength(256, 'must have at most 256 characters'),
    // These are what the SCM refuses.
    z.regex(/^[^\u0000-\u001f\u007f]*$/, 'must not have control characters'),
  );

const serviceName = label('the name').check(
  z.regex(/^[^/\\]*$/, 'must not have / or \\'),
  z.refine((name) => name.trim() === name, 'must not begin or end with a space'),
);

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
  displayName: z.optional(label('the display name')),
  description: z.optional(z.string('must be a text')),
  start: fn,
  stop: z.optional(fn),
  pause: z.optional(fn),
  resume: z.optional(fn),
  on: optionalOf(ON, fn),
  commands: z.optional(z.record(z.string(), command)),
  timeouts: optionalOf(TIMEOUTS, duration),
  shutdown: z.optional(z.enum(['shutdown', 'preshutdown'], "must be 'shutdown' or 'preshutdown'")),
});
