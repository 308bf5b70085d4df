import * as z from 'zod/mini';
import { checkOptions } from '../errors/check-options.ts';
import type { Clock } from '../util/clock.ts';
import type { Duration } from '../util/duration.ts';
import { clock, fn, interval, text } from '../util/option-types.ts';
import type { HeartbeatKey } from './codec.ts';
import { isSenderId } from './sender-id.ts';
import { keyField, redactedKey } from './receiver-options.ts';

/** Options of `createHeartbeatSender`. */
export interface HeartbeatSenderOptions {
  /** Name of the sender at the receiver: 1 to 200 characters. */
  readonly id: string;
  /** Receiver: a URL, a pipe or a folder. */
  readonly to: HeartbeatTarget;
  /** Time between two heartbeats. Default 5 s. */
  readonly interval?: Duration;
  /** Key of the signature, the same as the receiver's: at least 16 bytes. */
  readonly key?: HeartbeatKey;
  /** Name of the receiver, when it has one of its own. Default: port and path, or the last part of pipe or folder. */
  readonly receiver?: string;
  /** Data to send with each heartbeat; becomes JSON. */
  readonly payload?: () => unknown;
  /**
   * Called before each heartbeat; with `false` none is sent. For services whose event loop can run while their work
   * stands still: `() => Date.now() - lastRoundAt < 10_000`. Default: always.
   */
  readonly sendIf?: () => boolean;
  /** Timeout of one attempt. Default 2 s. */
  readonly timeout?: Duration;
  /** Delays after failures. */
  readonly retry?: HeartbeatRetry;
  /** Source of time, for tests. Default: the system's. */
  readonly clock?: Clock;
  /** Source of random numbers from 0 up to 1, for tests. Default `Math.random`. */
  readonly random?: () => number;
}

/** Address that heartbeats go to: a URL, a named pipe (elsewhere than on Windows the path of a socket), or a folder for files. */
export type HeartbeatTarget = { readonly url: string | URL } | { readonly pipe: string } | { readonly folder: string };

/** Delays after failures: a random time up to `base`, then up to twice as much, and so on. */
export interface HeartbeatRetry {
  /** Longest first delay. Default 200 ms. */
  readonly base?: Duration;
  /** Longest delay. Default 30 s. */
  readonly max?: Duration;
}

const schema = z.strictObject({
  id: z.custom(isSenderId, 'must be a text of 1 to 200 characters without control, invisible and direction characters'),
  to: z.union(
    [
      z.strictObject({ url: z.union([text, z.instanceof(URL)]).check(z.refine(isHttpUrl)) }),
      z.strictObject({ pipe: text }),
      z.strictObject({ folder: text }),
    ],
    'must be { url } with an http: or https: URL, { pipe } or { folder }',
  ),
  interval: z.optional(interval),
  key: keyField,
  receiver: z.optional(text),
  payload: z.optional(fn),
  sendIf: z.optional(fn),
  timeout: z.optional(interval),
  retry: z.optional(z.strictObject({ base: z.optional(interval), max: z.optional(interval) })),
  clock: z.optional(clock),
  random: z.optional(fn),
});

/** @throws ServiceError INVALID_OPTIONS */
export function checkSenderOptions(options: HeartbeatSenderOptions): void {
  const shown = options.key === undefined ? options : { ...options, key: redactedKey(options.key) };
  checkOptions('createHeartbeatSender', schema, shown);
}

function isHttpUrl(value: string | URL): boolean {
  return URL.canParse(String(value)) && /^https?:$/.test(new URL(value).protocol);
}
