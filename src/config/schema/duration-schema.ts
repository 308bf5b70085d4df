import * as z from 'zod/mini';
import { type Duration, toMs } from '../../util/duration.ts';
import { duration as durationText } from '../../util/option-types.ts';

/** Schema that {@link duration} returns: one of zod/mini, which fits into those of zod too. */
export type DurationSchema = z.ZodMiniType<number, Duration>;

/**
 * A schema for a length of time: `30s`, `5m` or a number of milliseconds in the file, milliseconds in the program.
 *
 * @example
 * z.object({ every: duration() }) // every: 30s → config.every === 30_000
 */
export function duration(): DurationSchema {
  return z.pipe(
    durationText,
    z.transform((value) => toMs(value as Duration)),
  ) as DurationSchema;
}
