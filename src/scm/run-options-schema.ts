import * as z from 'zod/mini';
import { durationMs } from '../util/duration.ts';
import { TIMEOUTS } from './run-options.ts';
import { duration, flag, oneOf, text, wholeNumber } from '../util/option-types.ts';

const whole = () => wholeNumber(1);
/** Schema of a log level. */
export const level = () => z.optional(oneOf('debug', 'info', 'warn', 'error'));

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

/** Schemas of the options in run-options.ts, each built when it is needed. */
export const RUN_FIELDS = {
  timeouts: () => objectOf(TIMEOUTS, duration),
  hang: () =>
    z.union(
      [z.literal(false), hang()],
      "must be false or { timeout: '30s', action: 'report' | 'fail' } with a timeout of at least 1 s",
    ),
  crashReport: () =>
    z.union(
      [z.boolean(), z.strictObject({ dir: z.optional(text), keep: z.optional(whole()) })],
      "must be true, false or { dir: '…', keep: 5 } with at least one to keep",
    ),
  logging: () => z.union([z.literal(false), logging()]),
} as const;

/** Schema of an object whose keys all have the same type. */
export function objectOf(keys: readonly string[], type: z.ZodMiniType) {
  const each = z.optional(type);
  return z.strictObject(Object.fromEntries(keys.map((key) => [key, each])));
}
