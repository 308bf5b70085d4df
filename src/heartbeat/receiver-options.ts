import * as z from 'zod/mini';
import { checkOptions, type OptionProblem } from '../errors/check-options.ts';
import type { Clock } from '../util/clock.ts';
import { type Duration, toMs } from '../util/duration.ts';
import { clock, flag, fn, interval, number, port, text, wholeNumber } from '../util/option-types.ts';
import type { HeartbeatKey } from './codec.ts';
import type { DetectorOptions } from './detector.ts';

/** Options of `createHeartbeatReceiver`. It listens on every transport that is given. */
export interface HeartbeatReceiverOptions {
  /** Address to listen on for HTTP. Default: none. */
  readonly http?: HttpListenOptions;
  /** Name of a pipe: `'\\\\.\\pipe\\heartbeats'`; elsewhere than on Windows the path of a socket. */
  readonly pipe?: string;
  /** Folder in which senders write their files. A relative path begins at the folder of the program. */
  readonly folder?: string;
  /** Time between two reads of the folder. Default 1 s. */
  readonly pollEvery?: Duration;
  /** Key that the senders sign with: at least 16 bytes. Required unless `allowUnsigned`. */
  readonly key?: HeartbeatKey;
  /**
   * Accepts heartbeats without a signature: every process that reaches the receiver can then forge them. Default
   * `false`.
   */
  readonly allowUnsigned?: boolean;
  /**
   * Name of this receiver, which its senders sign: a heartbeat for another receiver is refused. Set it on both sides
   * behind a proxy, and where receivers on two machines share a key. Default: port and path, or the last part of pipe
   * or folder.
   */
  readonly receiver?: string;
  /** Senders that are accepted: their ids, or a function. Default: all. */
  readonly allow?: readonly string[] | ((id: string) => boolean);
  /** Time without a heartbeat after which a sender is lost. Default 15 s. */
  readonly timeout?: Duration;
  /** Learns the rhythm of each sender; `timeout` then counts for its first heartbeats only. Default: off. */
  readonly phi?: PhiOptions;
  /** Largest difference between the clocks of sender and receiver, and largest age of a heartbeat. Default 60 s. */
  readonly replayWindow?: Duration;
  /**
   * File that keeps the senders over a restart of the receiver. A relative path begins at the folder of the program.
   * Default: none.
   */
  readonly stateFile?: string;
  /** Shortest time between two writes of the state file. Default 5 s. */
  readonly saveEvery?: Duration;
  /** Most senders; others are refused. Default 20,000. */
  readonly maxSenders?: number;
  /** Source of time, for tests. Default: the system's. */
  readonly clock?: Clock;
}

/** Address on which a receiver listens for HTTP. */
export interface HttpListenOptions {
  /** Port to listen on; 0 takes a free one. */
  readonly port: number;
  /**
   * Address to listen on. Default `'127.0.0.1'`. Another address also needs a rule of the firewall:
   * `New-NetFirewallRule -LocalPort`.
   */
  readonly host?: string;
  /**
   * Names in the Host header that are accepted besides addresses and localhost. Default on loopback: none; otherwise:
   * all.
   */
  readonly hosts?: readonly string[];
  /** Path of the POST requests. Default `'/heartbeat'`. */
  readonly path?: string;
}

/** Settings of the φ accrual failure detector, which learns the rhythm of each sender. */
export interface PhiOptions {
  /**
   * Level of suspicion at which a sender is lost. Default 8, which is wrong about once in 100,000,000 heartbeats of a
   * steady sender.
   */
  readonly threshold?: number;
  /** Smallest standard deviation that is assumed. Default 100 ms. */
  readonly minDeviation?: Duration;
  /** Additional time that is always granted, for garbage collection and the network. Default 0. */
  readonly pause?: Duration;
}

export const keyField = z.optional(
  z.custom(
    (value) => (typeof value === 'string' || value instanceof Uint8Array) && Buffer.byteLength(value) >= 16,
    'must have at least 16 bytes',
  ),
);

const schema = z.strictObject({
  http: z.optional(
    z.strictObject({
      port,
      host: z.optional(text),
      path: z.optional(text),
      hosts: z.optional(z.array(text, 'must be a list of names')),
    }),
  ),
  pipe: z.optional(text),
  folder: z.optional(text),
  pollEvery: z.optional(interval),
  key: keyField,
  allowUnsigned: z.optional(flag),
  receiver: z.optional(text),
  allow: z.optional(z.union([z.array(text), fn], 'must be a list of names or a function')),
  timeout: z.optional(interval),
  phi: z.optional(
    z.strictObject({
      threshold: z.optional(number(0.1, 300)),
      minDeviation: z.optional(interval),
      pause: z.optional(interval),
    }),
  ),
  replayWindow: z.optional(interval),
  stateFile: z.optional(text),
  saveEvery: z.optional(interval),
  maxSenders: z.optional(wholeNumber(1)),
  clock: z.optional(clock),
});

/** @throws ServiceError INVALID_OPTIONS */
export function checkReceiverOptions(options: HeartbeatReceiverOptions): void {
  // A key in a message would be in every log.
  const shown = options.key === undefined ? options : { ...options, key: redactedKey(options.key) };
  checkOptions('createHeartbeatReceiver', schema, shown, () => {
    const { http, pipe, folder } = options;
    const problems: OptionProblem[] = [];
    if (!(http ?? pipe ?? folder)) {
      problems.push({ path: 'options', message: 'name no way to listen: give http, pipe or folder' });
    }
    if (options.key === undefined && options.allowUnsigned !== true) {
      problems.push({
        path: 'key',
        message:
          'is missing: without it every local user and every web page can forge heartbeats; or set allowUnsigned',
      });
    }
    if (process.platform === 'win32' && typeof pipe === 'string' && !/^[\\/]{2}[.?][\\/]pipe[\\/]./i.test(pipe)) {
      problems.push({ path: 'pipe', message: 'must begin with \\\\\\\\.\\\\pipe\\\\' });
    }
    return problems;
  });
}

/** As long as the key, so that the check of its length stays right. */
export function redactedKey(key: unknown): unknown {
  return typeof key === 'string' || key instanceof Uint8Array ? '*'.repeat(Math.min(Buffer.byteLength(key), 16)) : key;
}

export function detectorOptions(options: HeartbeatReceiverOptions): DetectorOptions {
  const timeoutMs = toMs(options.timeout ?? '15s');
  if (!options.phi) return { kind: 'timeout', timeoutMs };
  const { threshold = 8, minDeviation = 100, pause = 0 } = options.phi;
  return {
    kind: 'phi',
    threshold,
    minDeviationMs: toMs(minDeviation),
    pauseMs: toMs(pause),
    firstTimeoutMs: timeoutMs,
  };
}
