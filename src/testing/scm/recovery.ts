import type { Duration, ExitCode } from 'winsvc';
import type { ConfigChange, ServiceConfig } from '../../scm/service-config.ts';
import { toMs } from '../../util/duration.ts';

/** Actions of the SCM when a service fails, as ChangeServiceConfig2 sets them. */
export interface MockRecovery {
  /** For the first failure, the second, and so on; the last one repeats. */
  readonly actions: readonly {
    readonly type: 'none' | 'restart' | 'reboot' | 'runCommand';
    readonly delay: Duration;
  }[];
  /** After this time without a failure the count starts again. Default: never. */
  readonly resetPeriod?: Duration;
  /** `true`: also after STOPPED with an exit code other than zero, not only after a process died without STOPPED. Default `false`, as in Windows. */
  readonly onNonCrashFailures?: boolean;
}

/** One recovery action that the mock SCM took. */
export interface RecoveryRecord {
  /** Time of the action, in milliseconds of the mock's clock. */
  readonly at: number;
  /** Kind of the action. */
  readonly type: 'none' | 'restart' | 'reboot' | 'runCommand';
  /** Number of failures that the SCM had counted. */
  readonly failures: number;
}

/**
 * Counts failures and returns the next action.
 *
 * Source: https://learn.microsoft.com/windows/win32/api/winsvc/ns-winsvc-service_failure_actionsw
 */
export class FailureCounter {
  readonly #recovery: () => MockRecovery;
  #failures = 0;
  #lastAt = Number.NEGATIVE_INFINITY;

  /** @param recovery is called at each failure: the configuration may have changed. */
  constructor(recovery: () => MockRecovery) {
    this.#recovery = recovery;
  }

  /** Returns the action for a service that ended like this; `undefined`: no failure to the SCM. */
  next(
    exit: ExitCode,
    crashed: boolean,
    now: number,
  ): { type: RecoveryRecord['type']; delayMs: number; failures: number } | undefined {
    const { actions, resetPeriod, onNonCrashFailures = false } = this.#recovery();
    const failed = crashed || (onNonCrashFailures && ('win32' in exit ? exit.win32 : exit.service) !== 0);
    if (!failed || actions.length === 0) return undefined;
    if (resetPeriod !== undefined && now - this.#lastAt > toMs(resetPeriod, 'resetPeriod')) this.#failures = 0;
    this.#lastAt = now;
    this.#failures += 1;
    const action = actions[Math.min(this.#failures, actions.length) - 1];
    return action && { type: action.type, delayMs: toMs(action.delay, 'delay'), failures: this.#failures };
  }
}

/** Converts a recovery to the settings of ChangeServiceConfig2W. */
export function recoveryChange({ actions, resetPeriod, onNonCrashFailures }: MockRecovery): ConfigChange {
  return {
    recovery: {
      actions: actions.map(({ type, delay }) => ({ type, delay: toMs(delay, 'delay') })),
      resetPeriod: resetPeriod === undefined ? null : toMs(resetPeriod, 'resetPeriod'),
      command: null,
      rebootMessage: null,
    },
    recoverOnFailureExit: onNonCrashFailures ?? false,
  };
}

/** Reads the recovery from a service's configuration. */
export function recoveryOf({ recovery, recoverOnFailureExit }: ServiceConfig): MockRecovery {
  const { actions = [], resetPeriod = null } = recovery ?? {};
  return {
    actions,
    ...(resetPeriod === null ? {} : { resetPeriod }),
    onNonCrashFailures: recoverOnFailureExit ?? false,
  };
}
