import { type EventLoopUtilization, type IntervalHistogram, monitorEventLoopDelay, performance } from 'node:perf_hooks';
import * as z from 'zod/mini';
import { type Duration, toMs } from '../../util/duration.ts';
import { fn, interval, number } from '../../util/option-types.ts';
import { type Check, type CheckOptions, fail, pass, warn } from '../check.ts';
import { checkCheck } from '../check-options.ts';

/** Options of `eventLoopCheck`. */
export interface EventLoopCheckOptions extends CheckOptions {
  /** Name of the check. Default `'eventLoop'`. */
  readonly name?: string;
  /** A longer delay (99th percentile since the run before) is a failure. Default 1 s. */
  readonly maxDelay?: Duration;
  /** A higher utilisation since the run before is a warning: 0 to 1. Default 0.98. */
  readonly maxUtilisation?: number;
  /** Source of the measured values, for tests. Default: `perf_hooks`. */
  readonly meter?: () => EventLoopMeter;
}

/** Measures since its last reading. */
export interface EventLoopMeter {
  /** Returns the delay (99th percentile, in milliseconds) and the utilization (0 to 1) since the last reading. */
  read(): { readonly delayP99Ms: number; readonly utilisation: number };
  /** Ends the measurement. */
  close(): void;
}

const shape = {
  maxDelay: z.optional(interval),
  maxUtilisation: z.optional(number(0, 1)),
  meter: z.optional(fn),
};

/** Watches the event loop of this process: its delay and how busy it is. @throws ServiceError INVALID_OPTIONS */
export function eventLoopCheck(options: EventLoopCheckOptions = {}): Check {
  checkCheck('eventLoopCheck', shape, options);
  const maxDelayMs = toMs(options.maxDelay ?? '1s');
  const { maxUtilisation = 0.98, meter = perfHooksMeter } = options;
  let open: EventLoopMeter | undefined;
  return {
    name: options.name ?? 'eventLoop',
    kind: 'eventLoop',
    options: { probes: ['live', 'ready', 'startup'], ...options },
    start() {
      open ??= meter();
    },
    stop() {
      open?.close();
      open = undefined;
    },
    run() {
      const reading = open?.read() ?? { delayP99Ms: 0, utilisation: 0 };
      const delayP99Ms = Math.round(reading.delayP99Ms * 10) / 10;
      const utilisation = Math.round(reading.utilisation * 1000) / 1000;
      const data = { delayP99Ms, utilisation };
      if (delayP99Ms > maxDelayMs) return Promise.resolve(fail(`the event loop was late by ${delayP99Ms} ms`, data));
      if (utilisation > maxUtilisation) {
        return Promise.resolve(warn(`the event loop is busy ${Math.round(utilisation * 100)} % of the time`, data));
      }
      return Promise.resolve(pass(data));
    },
  };
}

const RESOLUTION_MS = 20;

function perfHooksMeter(): EventLoopMeter {
  const histogram: IntervalHistogram = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  histogram.enable();
  let since: EventLoopUtilization = performance.eventLoopUtilization();
  return {
    read() {
      const now = performance.eventLoopUtilization();
      const { utilization } = performance.eventLoopUtilization(now, since);
      // The histogram has the time between two looks, which includes the pause that was meant.
      const delayP99Ms = Math.max(0, histogram.percentile(99) / 1e6 - RESOLUTION_MS);
      since = now;
      histogram.reset();
      return { delayP99Ms, utilisation: utilization };
    },
    close() {
      histogram.disable();
    },
  };
}
