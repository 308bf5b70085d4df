import type { Arguments } from '../input/arguments.ts';
import { UsageError } from '../input/usage-error.ts';

const UNIT_MS: Readonly<Record<string, number>> = {
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};

/** Reads a point in time: a time ago (`30m`, `2h`, `7d`), or a date and time in ISO 8601. */
export function momentOf(args: Arguments, name: string, now: number): Date | undefined {
  const text = args.text(name);
  if (text === undefined) return undefined;
  const [, count, unit = ''] = /^(\d+(?:\.\d+)?)\s*([smhd])$/.exec(text.trim()) ?? [];
  if (count !== undefined) return new Date(now - Number(count) * (UNIT_MS[unit] ?? NaN));
  const date = /^\d{4}-\d\d-\d\d/.test(text) ? new Date(text) : undefined;
  if (date && !Number.isNaN(date.getTime())) return date;
  throw new UsageError(
    `--${name} must be a time ago such as 30m, 2h, 7d, or a time such as 2026-11-21T08:00; got "${text}".`,
  );
}

/** Reads a whole number of at least 0. */
export function countOf(args: Arguments, name: string): number | undefined {
  const text = args.text(name);
  if (text === undefined) return undefined;
  if (!/^\d{1,9}$/.test(text)) throw new UsageError(`--${name} must be a whole number; got "${text}".`);
  return Number(text);
}
