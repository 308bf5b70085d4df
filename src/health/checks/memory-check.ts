import * as z from 'zod/mini';
import { type Duration, formatMs, toMs } from '../../util/duration.ts';
import { fn, interval, number, wholeNumber } from '../../util/option-types.ts';
import { type Check, type CheckOptions, fail, pass, warn } from '../check.ts';
import { checkCheck } from '../check-options.ts';
import { type Sample, trendOf } from './trend.ts';

/** Options of `memoryCheck`. */
export interface MemoryCheckOptions extends CheckOptions {
  /** Name of the check. Default `'memory'`. */
  readonly name?: string;
  /** Most resident memory, in bytes; more is a failure. Default: no limit. */
  readonly maxRss?: number;
  /** Most used heap, in bytes; more is a failure. Default: no limit. */
  readonly maxHeap?: number;
  /** A heap that keeps growing is a warning; `false` turns that off. */
  readonly growth?: MemoryGrowthOptions | false;
  /** Source of the measured values, for tests. Default `process.memoryUsage`. */
  readonly usage?: () => { readonly heapUsed: number; readonly rss: number };
}

/** Limits of a growing heap. */
export interface MemoryGrowthOptions {
  /** Time over which the heap is observed before it is suspected. Default 30 min. */
  readonly over?: Duration;
  /** Growth in that time that is suspected, as a part of the first value. Default 0.2. */
  readonly by?: number;
}

/** The heap goes up and down with every collection: the lowest value of each of so many parts of the time is compared. */
const PARTS = 30;

const shape = {
  maxRss: z.optional(wholeNumber(1)),
  maxHeap: z.optional(wholeNumber(1)),
  growth: z.optional(
    z.union(
      [z.literal(false), z.strictObject({ over: z.optional(interval), by: z.optional(number(0)) })],
      'must be { over, by } or false',
    ),
  ),
  usage: z.optional(fn),
};

/**
 * Watches the memory of this process: limits, and the suspicion of a leak. The suspicion comes from the trend of the
 * heap's low points, so neither a single peak nor a cache that fills once raises it.
 *
 * @throws ServiceError INVALID_OPTIONS
 */
export function memoryCheck(options: MemoryCheckOptions = {}): Check {
  checkCheck('memoryCheck', shape, options);
  const { maxRss = Infinity, maxHeap = Infinity, growth = {}, usage = () => process.memoryUsage() } = options;
  const overMs = growth ? toMs(growth.over ?? '30m') : 0;
  const lows: Sample[] = [];

  return {
    name: options.name ?? 'memory',
    kind: 'memory',
    options,
    start() {
      lows.length = 0;
    },
    run({ clock }) {
      const { heapUsed, rss } = usage();
      const data = { heapUsed, rss };
      const now = clock.now();
      if (rss > maxRss) return Promise.resolve(fail(`${mb(rss)} resident, more than ${mb(maxRss)}`, data));
      if (heapUsed > maxHeap) return Promise.resolve(fail(`${mb(heapUsed)} of heap, more than ${mb(maxHeap)}`, data));
      if (!growth) return Promise.resolve(pass(data));
      keepLow(lows, { at: now, value: heapUsed }, overMs);
      const grown = growthOf(lows, overMs);
      if (grown === undefined || grown < (growth.by ?? 0.2)) return Promise.resolve(pass(data));
      const percent = Math.round(grown * 100);
      return Promise.resolve(warn(`the heap grew by ${percent} % in ${formatMs(overMs)}: a leak is likely`, data));
    },
  };
}

/** Keeps the lowest sample of each part of the time; whole parts leave at the far end. */
function keepLow(lows: Sample[], sample: Sample, overMs: number): void {
  const part = (at: number): number => Math.floor((at * PARTS) / overMs);
  const last = lows.at(-1);
  if (!last || part(last.at) !== part(sample.at)) lows.push(sample);
  else if (sample.value < last.value) lows[lows.length - 1] = sample;
  while (lows.length > 0 && part((lows[0] as Sample).at) < part(sample.at) - PARTS) lows.shift();
}

/** Growth of the heap as a part of its first value; `undefined` unless it grew steadily over the whole time. */
function growthOf(lows: readonly Sample[], overMs: number): number | undefined {
  const [first] = lows;
  const last = lows.at(-1);
  // The part under way isn't over: its low point may be yet to come.
  if (!first || !last || last.at - first.at < overMs * 0.9) return undefined;
  const whole = lows.slice(0, -1);
  const trend = trendOf(whole);
  if (!trend || trend.steadiness < 0.6 || !growsToTheEnd(whole, trend.slope)) return undefined;
  return (trend.slope * overMs) / first.value;
}

/** A cache that fills and then stays has grown too, but the last third of the time tells it from a leak. */
function growsToTheEnd(lows: readonly Sample[], slope: number): boolean {
  const end = trendOf(lows.slice(-Math.ceil(lows.length / 3)));
  return end !== undefined && end.slope > slope / 4;
}

const mb = (bytes: number): string => `${(bytes / 1_048_576).toFixed(0)} MiB`;
