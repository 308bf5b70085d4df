import { PerformanceObserver } from 'node:perf_hooks';
import * as z from 'zod/mini';
import { type Duration, formatMs, toMs } from '../../util/duration.ts';
import { fn, interval, number } from '../../util/option-types.ts';
import { type Check, type CheckOptions, fail, pass, warn } from '../check.ts';
import { checkCheck } from '../check-options.ts';

/** Options of `gcCheck`. */
export interface GcCheckOptions extends CheckOptions {
  /** Name of the check. Default `'gc'`. */
  readonly name?: string;
  /** Part of the time since the run before that garbage collection may take: 0 to 1. More is a failure. Default 0.3. */
  readonly maxShare?: number;
  /** Longest pause; a longer one is a warning. Default 1 s. */
  readonly maxPause?: Duration;
  /** Source of the measured values, for tests. Default: `perf_hooks`. */
  readonly meter?: () => GcMeter;
}

/** Measures garbage collection since its last reading. */
export interface GcMeter {
  /** Returns the sum and the longest of the pauses since the last reading, in milliseconds. */
  read(): { readonly totalMs: number; readonly longestMs: number };
  /** Ends the measurement. */
  close(): void;
}

const shape = { maxShare: z.optional(number(0, 1)), maxPause: z.optional(interval), meter: z.optional(fn) };

/**
 * Watches the garbage collection of this process: a process that spends most of its time in it is out of memory soon.
 *
 * @throws ServiceError INVALID_OPTIONS
 */
export function gcCheck(options: GcCheckOptions = {}): Check {
  checkCheck('gcCheck', shape, options);
  const { maxShare = 0.3, meter = observeGc } = options;
  const maxPauseMs = toMs(options.maxPause ?? '1s');
  let open: GcMeter | undefined;
  let readAt: number | undefined;
  return {
    name: options.name ?? 'gc',
    kind: 'gc',
    options,
    start() {
      open ??= meter();
      readAt = undefined;
    },
    stop() {
      open?.close();
      open = undefined;
    },
    run({ clock }) {
      const now = clock.now();
      const { totalMs, longestMs } = open?.read() ?? { totalMs: 0, longestMs: 0 };
      const share = readAt === undefined || now <= readAt ? 0 : Math.min(1, totalMs / (now - readAt));
      readAt = now;
      const data = { share: Math.round(share * 1_000) / 1_000, longestPauseMs: Math.round(longestMs * 10) / 10 };
      if (share > maxShare)
        return Promise.resolve(fail(`garbage collection takes ${Math.round(share * 100)} % of the time`, data));
      if (longestMs > maxPauseMs)
        return Promise.resolve(warn(`a garbage collection took ${formatMs(longestMs)}`, data));
      return Promise.resolve(pass(data));
    },
  };
}

function observeGc(): GcMeter {
  let totalMs = 0;
  let longestMs = 0;
  const add = (entries: readonly { readonly duration: number }[]): void => {
    for (const { duration } of entries) {
      totalMs += duration;
      longestMs = Math.max(longestMs, duration);
    }
  };
  const observer = new PerformanceObserver((list) => {
    add(list.getEntries());
  });
  observer.observe({ entryTypes: ['gc'] });
  return {
    read() {
      add(observer.takeRecords());
      const reading = { totalMs, longestMs };
      totalMs = 0;
      longestMs = 0;
      return reading;
    },
    close() {
      observer.disconnect();
    },
  };
}
