import * as z from 'zod/mini';
import type { ServiceManager } from '../manager/index.ts';
import { abortSignal, duration, flag, fn, wholeNumber } from '../util/option-types.ts';
import type { Duration } from '../util/duration.ts';
import type { FleetResult, RolloutOptions } from './fleet-result.ts';

/** Options of {@link openFleet}. */
export interface FleetOptions {
  /** Names or addresses of the machines, without `\\`. One that is there twice counts once. */
  readonly machines: readonly string[];
  /** Number of machines that are worked on at once. Default 10. */
  readonly concurrency?: number;
  /** Longest time for an answer of a machine. A start or a stop has its own timeout on top. Default 30 s. */
  readonly timeout?: Duration;
  /** Opens the manager of a machine. Default: its SCM, by a process of its own for each machine; in tests that of a mock. */
  readonly openManager?: (machine: string) => Promise<ServiceManager>;
}

/** Options of the calls that only read. */
export interface FleetReadOptions<T = unknown> {
  /** Ends the call: machines that have no result yet have failed or are skipped. */
  readonly signal?: AbortSignal;
  /** Called with each result as it arrives. */
  readonly onResult?: (result: FleetResult<T>) => void;
}

/** Options of the calls that change something. */
export interface FleetChangeOptions<T = unknown> extends FleetReadOptions<T>, RolloutOptions {
  /**
   * Time between the canaries and the others. A canary that doesn't run any more at its end has failed. Default 0: the
   * others follow at once.
   */
  readonly wait?: Duration;
}

/** Options of `Fleet.run`. */
export interface FleetRunOptions<T = unknown> extends FleetChangeOptions<T> {
  /**
   * `true`: work that is under way at an abort ends by itself and is waited for, such as an upgrade that is undone. Default
   * `false`: the call returns at once.
   */
  readonly finish?: boolean;
  /**
   * Returns the name of the service that a canary must still run after `wait`, from the result of the work. Default, or
   * `undefined`: canaries aren't checked again.
   */
  readonly mustRun?: (value: T) => string | undefined;
}

export const fleetSchema = z.strictObject({
  machines: z.array(z.string('must be a text'), 'must be a list of machines'),
  concurrency: z.optional(wholeNumber(1, 1_000)),
  timeout: z.optional(duration),
  openManager: z.optional(fn),
});

/** Options of every call. */
export const rolloutSchema = z.looseObject({
  canary: z.optional(wholeNumber(0)),
  maxFailures: z.optional(wholeNumber(0)),
  wait: z.optional(duration),
  finish: z.optional(flag),
  mustRun: z.optional(fn),
  signal: z.optional(abortSignal),
  onResult: z.optional(fn),
});
