import * as z from 'zod/mini';
import { flag } from '../../util/option-types.ts';

const DAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'] as const;
/** A day of the week. */
export type Weekday = (typeof DAYS)[number];

/** A time of the week in which nothing is done and nobody is told. */
export interface MaintenanceWindow {
  /** The days on which it begins. Default: every day. */
  readonly days?: readonly Weekday[];
  /** `'22:00'` */
  readonly from: string;
  /** `'02:00'`; not later than `from` means on the next day. */
  readonly to: string;
  /** The times are UTC instead of the machine's. Default `false`. */
  readonly utc?: boolean;
}

const time = z
  .string('must be a time such as 22:00')
  .check(z.regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'must be a time such as 22:00'));
export const maintenanceSchema = z.array(
  z.strictObject({
    days: z.optional(
      z.array(z.enum(DAYS, `must be one of ${DAYS.join(', ')}`)).check(z.minLength(1, 'must not be empty')),
    ),
    from: time,
    to: time,
    utc: z.optional(flag),
  }),
  'must be a list of { days, from, to }',
);

/** When the window around `now` ends; `undefined` outside of all. Pure, but for the machine's time zone. */
export function maintenanceEnd(windows: readonly MaintenanceWindow[], now: number): number | undefined {
  const ends = windows.flatMap((window) =>
    // One that began yesterday may still be open.
    [0, -1].flatMap((offset) => {
      const [from, to] = onDay(window, now, offset);
      return from <= now && now < to ? [to] : [];
    }),
  );
  return ends.length > 0 ? Math.max(...ends) : undefined;
}

function onDay(
  { days = DAYS, from, to, utc = false }: MaintenanceWindow,
  now: number,
  offset: number,
): [number, number] {
  const begin = at(now, offset, from, utc);
  const weekday = DAYS[utc ? new Date(begin).getUTCDay() : new Date(begin).getDay()] as Weekday;
  if (!days.includes(weekday)) return [Infinity, Infinity];
  return [begin, at(now, from < to ? offset : offset + 1, to, utc)];
}

function at(now: number, offset: number, time: string, utc: boolean): number {
  const [hours = 0, minutes = 0] = time.split(':').map(Number);
  const date = new Date(now);
  if (utc) return Date.UTC(date.getUTCFullYear(), date.getUTCMonth(), date.getUTCDate() + offset, hours, minutes);
  return new Date(date.getFullYear(), date.getMonth(), date.getDate() + offset, hours, minutes).getTime();
}
