import { cpus } from 'node:os';
import * as z from 'zod/mini';
import { type Duration, formatMs, toMs } from '../../util/duration.ts';
import { fn, interval, number, oneOf } from '../../util/option-types.ts';
import { type Check, type CheckOptions, fail, pass } from '../check.ts';
import { checkCheck } from '../check-options.ts';

/** Options of `cpuCheck`. */
export interface CpuCheckOptions extends CheckOptions {
  /** Name of the check. Default `'cpu'`; for the system `'cpu system'`. */
  readonly name?: string;
  /** Part of all processors that may be busy: 0 to 1. Default 0.9. */
  readonly max?: number;
  /** Time that it must be exceeded without a break to be a failure, which then counts at once. Default 1 min. */
  readonly for?: Duration;
  /** `'process'`: the time that this process uses. `'system'`: the time of all processes. Default `'process'`. */
  readonly of?: 'process' | 'system';
  /** Source of the measured values, for tests. Default: `process.cpuUsage` and `os.cpus`. */
  readonly meter?: () => CpuTime;
}

/** Processor time since some moment, in milliseconds. */
export interface CpuTime {
  /** Time in which processors were busy. */
  readonly busyMs: number;
  /** Time that all processors had. */
  readonly totalMs: number;
}

const shape = {
  max: z.optional(number(0, 1)),
  for: z.optional(interval),
  of: z.optional(oneOf('process', 'system')),
  meter: z.optional(fn),
};

/**
 * Watches how busy the processors are, by this process or by all. Short peaks are no failure.
 *
 * @throws ServiceError INVALID_OPTIONS
 * @example
 * cpuCheck({ max: 0.8, for: '5m', of: 'system', critical: false })
 */
export function cpuCheck(options: CpuCheckOptions = {}): Check {
  checkCheck('cpuCheck', shape, options);
  const { max = 0.9, of = 'process', for: time = '1m', meter = of === 'process' ? processTime : systemTime } = options;
  const forMs = toMs(time);
  let last: { readonly time: CpuTime; readonly at: number } | undefined;
  let above: number | undefined;
  return {
    name: options.name ?? (of === 'process' ? 'cpu' : 'cpu system'),
    kind: 'cpu',
    options,
    start() {
      last = undefined;
      above = undefined;
    },
    run({ clock }) {
      const now = { time: meter(), at: clock.now() };
      const before = last;
      last = now;
      const totalMs = before ? now.time.totalMs - before.time.totalMs : 0;
      if (!before || totalMs <= 0) return Promise.resolve(pass());
      const usage = Math.min(1, Math.max(0, (now.time.busyMs - before.time.busyMs) / totalMs));
      above = usage > max ? (above ?? before.at) : undefined;
      const data = { usage: Math.round(usage * 1_000) / 1_000 };
      const aboveMs = above === undefined ? 0 : now.at - above;
      if (above === undefined || aboveMs < forMs) return Promise.resolve(pass(data));
      const percent = (part: number): string => `${Math.round(part * 100)} %`;
      const message = `busy by ${percent(usage)}, more than ${percent(max)} for ${formatMs(aboveMs)}`;
      return Promise.resolve({ ...fail(message, data), certain: true });
    },
  };
}

function processTime(): CpuTime {
  const { user, system } = process.cpuUsage();
  return { busyMs: (user + system) / 1_000, totalMs: process.uptime() * 1_000 * cpus().length };
}

function systemTime(): CpuTime {
  let busyMs = 0;
  let idleMs = 0;
  for (const { times } of cpus()) {
    busyMs += times.user + times.nice + times.sys + times.irq;
    idleMs += times.idle;
  }
  return { busyMs, totalMs: busyMs + idleMs };
}
