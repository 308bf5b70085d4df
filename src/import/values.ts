import path, { win32 } from 'node:path';
import type { HostSettings } from '../scm/host-settings.ts';
import { lookUp } from '../util/look-up.ts';

const MINUTE = 60_000;
const UNITS: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1_000,
  sec: 1_000,
  secs: 1_000,
  m: MINUTE,
  min: MINUTE,
  mins: MINUTE,
  h: 60 * MINUTE,
  hr: 60 * MINUTE,
  hrs: 60 * MINUTE,
  hour: 60 * MINUTE,
  hours: 60 * MINUTE,
  d: 1_440 * MINUTE,
  day: 1_440 * MINUTE,
  days: 1_440 * MINUTE,
};
const PRIORITIES: Readonly<Record<string, NonNullable<HostSettings['priority']>>> = {
  idle: 'idle',
  belownormal: 'belowNormal',
  normal: 'normal',
  abovenormal: 'aboveNormal',
  high: 'high',
  realtime: 'high',
};
/** Priority class that is never set: it can keep the system itself from running. */
export const REALTIME = 'realtime can hold up Windows itself: high is set instead';
/** Processors of one group, which is all that a service can use. */
const MAX_PROCESSORS = 64;

/** Text of a value of JSON; empty for `null`, lists and objects, which can have a `toString` that is no function. */
export function toText(value: unknown): string {
  if (typeof value === 'string') return value;
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : '';
}

/** Milliseconds of a number with or without a unit (`10 sec`, `1h`, `1500`), or `undefined`. */
export function parseTime(text: string): number | undefined {
  const [, number, unit = ''] = /^(\d+(?:\.\d+)?)\s*([a-z]*)$/i.exec(text.trim()) ?? [];
  const size = unit === '' ? 1 : lookUp(UNITS, unit.toLowerCase());
  return number === undefined || size === undefined ? undefined : Math.round(Number(number) * size);
}

/** Priority class by its name, or `undefined`. */
export function parsePriority(text: string): NonNullable<HostSettings['priority']> | undefined {
  return lookUp(PRIORITIES, text.replaceAll(/[\s_-]/g, '').toLowerCase());
}

/** Numbers of the processors in a list such as `0-2,4` or a mask such as `0xFF`, or `undefined`. */
export function parseProcessors(text: string): readonly number[] | undefined {
  const trimmed = text.trim();
  const mask = /^0x[\da-f]{1,16}$/i.test(trimmed) ? BigInt(trimmed) : undefined;
  const all = Array.from({ length: MAX_PROCESSORS }, (_, at) => at);
  const ranges = trimmed.split(',').map((part) => /^\s*(\d+)\s*(?:-\s*(\d+)\s*)?$/.exec(part));
  const chosen =
    mask === undefined
      ? all.filter((at) =>
          ranges.some((range) => range && Number(range[1]) <= at && at <= Number(range[2] ?? range[1])),
        )
      : all.filter((at) => (mask >> BigInt(at)) & 1n);
  const isValid = mask !== undefined || ranges.every((range) => range && Number(range[2] ?? range[1]) < MAX_PROCESSORS);
  return isValid && chosen.length > 0 ? chosen : undefined;
}

/** `true` or `false` in the spellings that these tools take, or `undefined`. */
export function parseFlag(value: unknown): boolean | undefined {
  if (typeof value === 'boolean') return value;
  const text = toText(value).trim().toLowerCase();
  if (['true', 'yes', 'y', '1', ''].includes(text)) return true;
  return ['false', 'no', 'n', '0'].includes(text) ? false : undefined;
}

/** Joins a path of a setting to its folder, in the style of the folder: the settings may come from another system. */
export function joinPath(folder: string, file: string): string {
  if (win32.isAbsolute(file) && (/^[a-z]:|^\\\\/i.test(file) || path.isAbsolute(file))) return file;
  return /^[a-z]:|^\\\\/i.test(folder) ? win32.join(folder, file) : path.join(folder, file);
}

/** Folder of a file, in the style of its path. */
export function folderOf(file: string): string {
  return file.includes('\\') ? win32.dirname(file) : path.dirname(file);
}

/** Account as the SCM names it. */
export function toAccount(domain: string | undefined, user: string): string {
  if (domain === undefined || domain === '' || /[\\@]/.test(user)) return user;
  return `${domain}\\${user}`;
}

/** Interval of a rotation by time: the nearest one that winsvc has. */
export function toInterval(ms: number): 'hourly' | 'daily' {
  return ms < 12 * 60 * MINUTE ? 'hourly' : 'daily';
}
