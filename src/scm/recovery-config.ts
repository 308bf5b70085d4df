/** Actions of the SCM when a service fails (SC_ACTION_*). */
export const RECOVERY_ACTIONS = [
  'none',
  'restart',
  'reboot',
  'runCommand',
] as const satisfies readonly RecoveryAction['type'][];

/** Action of the SCM at one failure (SC_ACTION). */
export interface RecoveryAction {
  /** Kind of the action (SC_ACTION_*). */
  readonly type: 'none' | 'restart' | 'reboot' | 'runCommand';
  /** Time between the failure and the action, in milliseconds. */
  readonly delay: number;
}

/**
 * Recovery of a service (SERVICE_FAILURE_ACTIONS).
 *
 * Source: https://learn.microsoft.com/windows/win32/api/winsvc/ns-winsvc-service_failure_actionsw
 */
export interface RecoveryConfig {
  /** For the first failure, the second, and so on; the last one repeats. */
  readonly actions: readonly RecoveryAction[];
  /** Time without a failure after which the count starts again, in milliseconds (whole seconds); `null`: never. */
  readonly resetPeriod: number | null;
  /** Command line of `runCommand`; `null`: none. */
  readonly command: string | null;
  /** Message that the users of the machine get before `reboot`; `null`: none. */
  readonly rebootMessage: string | null;
}
