/** Result of one machine. */
export type FleetResult<T> =
  | {
      readonly machine: string;
      readonly outcome: 'done';
      readonly value: T;
      /** From the first call to the machine to the result, in milliseconds. */
      readonly elapsedMs: number;
    }
  | { readonly machine: string; readonly outcome: 'failed'; readonly error: Error; readonly elapsedMs: number }
  | {
      readonly machine: string;
      /** Nothing was done there. */
      readonly outcome: 'skipped';
      /** `'canary'`: a canary failed. `'maxFailures'`: too many machines failed. `'interrupted'`: the signal aborted. */
      readonly reason: SkipReason;
    };

/** Reason why nothing was done on a machine. */
export type SkipReason = 'canary' | 'maxFailures' | 'interrupted';

/** Order and limits of a change that goes from machine to machine. */
export interface RolloutOptions {
  /** Number of machines that go first; if one fails, nothing is done on the others. Default 0. */
  readonly canary?: number;
  /** Number of failed machines that is tolerated: after one more, no further machine is started. Default: any number. */
  readonly maxFailures?: number;
}

/** Value of a machine that is done, or the error of one that failed, with the machine. Made by {@link failures}. */
export interface FleetFailure {
  /** Name of the machine. */
  readonly machine: string;
  /** Reason, with its code where it is a ServiceError. */
  readonly error: Error;
}

/** Lists the machines that failed. */
export function failures(results: readonly FleetResult<unknown>[]): readonly FleetFailure[] {
  return results.flatMap((result) =>
    result.outcome === 'failed' ? [{ machine: result.machine, error: result.error }] : [],
  );
}
