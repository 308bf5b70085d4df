import * as z from 'zod/mini';
import { flag } from '../../util/option-types.ts';

const DAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'] as const satisfies readonly Weekday[];
/** Day of the week. */
export type Weekday = 'sun' | 'mon' | 'tue' | 'wed' | 'thu' | 'fri' | 'sat';

/** Time of the week in which the watchdog takes no action and sends no notice. */
export interface MaintenanceWindow {
  /** Days on which it begins. Default: every day. */
  readonly days?: readonly Weekday[];
  /** Beginning, `'22:00'`. Where the clocks are set forward over it, the window begins at the change. */
  readonly from: string;
  /** End, `'02:00'`. Not later than `from` means on the next day. Where the clocks are set back over it: the second one. */
  readonly to: string;
  /** The times are UTC instead of local time. Default `false`. */
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

/** End of the window around `now`; `undefined` outside of all. Pure, but for the time zone of the machine. */
export function maintenanceEnd(windows: readonly MaintenanceWindow[], now: number): number | undefined {
  const ends = windows.flatMap((window) =>
    // One that began yesterday may still be open.
    [0, -1].flatMap((offset) => {
      const bounds = boundsOn(window, now, offset);
      return bounds && bounds.from <= now && now < bounds.to ? [bounds.to] : [];
    }),
  );
  return ends.length > 0 ? Math.max(...ends) : undefined;
}

function boundsOn(
  { days = DAYS, from, to, utc = false }: MaintenanceWindow,
  now: number,
  offset: number,
): { from: number; to: number } | undefined {
  const today = new Date(now);
  const [year, month, day] = utc
    ? [today.getUTCFullYear(), today.getUTCMonth(), today.getUTCDate() + offset]
    : [today.getFullYear(), today.getMonth(), today.getDate() + offset];
  const weekday = DAYS[new Date(Date.UTC(year, month, day)).getUTCDay()] as Weekday;
  if (!days.includes(weekday)) return undefined;
  const lastDay = from < to ? day : day + 1;
  if (utc)
    return { from: Date.UTC(year, month, day, ...clock(from)), to: Date.UTC(year, month, lastDay, ...clock(to)) };
  return { from: firstAt(year, month, day, from), to: lastAt(year, month, lastDay, to) };
}

function clock(time: string): [hours: number, minutes: number] {
  const [hours = 0, minutes = 0] = time.split(':').map(Number);
  return [hours, minutes];
}

const MINUTE = 60_000;
const offsetAt = (at: number): number => new Date(at).getTimezoneOffset();

/** First moment at which clocks show this time, or would have: on the day that lacks it, when they are set forward. */
function firstAt(year: number, month: number, day: number, time: string): number {
  const [hours, minutes] = clock(time);
  let at = new Date(year, month, day, hours, minutes).getTime();
  const shown = new Date(at);
  if (shown.getHours() === hours && shown.getMinutes() === minutes) return at;
  // JavaScript moves a time that doesn't exist to after the gap, by the length of the gap.
  const after = offsetAt(at);
  while (offsetAt(at - MINUTE) === after) at -= MINUTE;
  return at;
}

/** Last moment at which clocks show this time. */
function lastAt(year: number, month: number, day: number, time: string): number {
  const at = firstAt(year, month, day, time);
  // Where clocks are set back, a time comes twice; JavaScript takes the first one.
  const again = at + (offsetAt(at + 6 * 60 * MINUTE) - offsetAt(at)) * MINUTE;
  return again > at && sameTime(at, again) ? again : at;
}

function sameTime(one: number, other: number): boolean {
  const [first, second] = [new Date(one), new Date(other)];
  return first.getHours() === second.getHours() && first.getMinutes() === second.getMinutes();
}
