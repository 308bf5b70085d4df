/** Times of a switch, in milliseconds from the moment at which the service was asked to stop. */
export interface SwitchTimes {
  /** Until the old release had stopped and its process had ended. */
  readonly stoppedMs: number;
  /** Until the new release was running: the downtime. */
  readonly runningMs: number;
  /** Until `readyUrl` and `readyChecks` passed; `undefined` without them. */
  readonly readyMs?: number | undefined;
}

/** Switch of an earlier call that had not ended, and was undone. */
export interface RecoveredSwitch {
  /** Command that began it. */
  readonly action: 'upgrade' | 'rollback';
  /** Name of the release that the service runs again. */
  readonly from: string;
  /** Name of the release that it was to run. */
  readonly to: string;
  /** Time when it began, in ISO 8601. */
  readonly startedAt: string;
}

/** Result of {@link upgradeService} and {@link rollbackService}. */
export interface SwitchResult {
  /** Name of the service. */
  readonly service: string;
  /** Command that was carried out. */
  readonly action: 'upgrade' | 'rollback';
  /** `true`: nothing was changed, because `plan` was set. */
  readonly planned: boolean;
  /** Name of the release before. */
  readonly from: string;
  /** Name of the release that the service has now; equal to `from` where there was nothing to do. */
  readonly to: string;
  /** Folder of the release that the service has now. */
  readonly folder: string;
  /** Command line of the service now. */
  readonly imagePath: string;
  /** `true`: the service runs, and what was asked for is verified. `false`: it was stopped and stays stopped. */
  readonly started: boolean;
  /** Measured times; `undefined` for a service that was stopped, and for a plan. */
  readonly times?: SwitchTimes | undefined;
  /** Steps that would be made, in words; only for a plan. */
  readonly steps?: readonly string[] | undefined;
  /** Switch of an earlier call that was undone first. */
  readonly recovered?: RecoveredSwitch | undefined;
  /** Names of the releases that are kept, the oldest first. */
  readonly releases: readonly string[];
  /** Parts that failed without failing the call, such as an old folder that is locked. */
  readonly warnings: readonly string[];
}
