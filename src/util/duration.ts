const UNIT_MS = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

/** Length of time: a number of milliseconds, or a number with a unit: `'500ms'`, `'30s'`, `'5m'`, `'2h'`, `'1d'`. */
export type Duration = number | `${number}${'' | ' '}${'ms' | 's' | 'm' | 'h' | 'd'}`;

const PATTERN = /^(\d+(?:\.\d+)?)\s*(ms|s|m|h|d)$/;

/** Longest duration that fits a timer of Node and a DWORD of milliseconds. */
export const MAX_DURATION_MS = 2 ** 31 - 1;

/** Milliseconds of a {@link Duration}, or `undefined` when it isn't one of at most `maxMs`. */
export function durationMs(value: unknown, maxMs = MAX_DURATION_MS): number | undefined {
  const ms = typeof value === 'string' ? parse(value) : value;
  return typeof ms === 'number' && ms >= 0 && ms <= maxMs ? Math.round(ms) : undefined;
}

function parse(text: string): number | undefined {
  const match = PATTERN.exec(text.trim());
  return match ? Number(match[1]) * UNIT_MS[match[2] as keyof typeof UNIT_MS] : undefined;
}

/** Milliseconds of a duration that a caller passed. @throws RangeError for anything else */
export function toMs(value: Duration, what = 'duration', maxMs = MAX_DURATION_MS): number {
  const ms = durationMs(value, maxMs);
  if (ms === undefined) {
    throw new RangeError(`${what} must be milliseconds or a text such as '30s', '5m', '2h'; got ${show(value)}`);
  }
  return ms;
}

/** A caller can pass anything, also what JSON can't hold. */
function show(value: unknown): string {
  return typeof value === 'string'
    ? JSON.stringify(value)
    : typeof value === 'number'
      ? String(value)
      : `a ${typeof value}`;
}

/** Duration for people: `1.5 s`, `250 ms`, `2 min`. */
export function formatMs(ms: number): string {
  if (ms < 1_000) return `${Math.round(ms)} ms`;
  if (ms < 120_000) return `${Number((ms / 1_000).toFixed(1))} s`;
  return `${Number((ms / 60_000).toFixed(1))} min`;
}
