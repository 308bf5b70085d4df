import type { ActionEvent } from './actions/action-runner.ts';
import type { WatchdogState } from './decision/states.ts';
import type { Notice } from './notify/notice.ts';
import type { TargetReport } from './report.ts';

/** Events of a `Watchdog`. */
export interface WatchdogEvents {
  /** The state of a target changed. */
  change: (target: TargetReport, before: WatchdogState) => void;
  /** An action began. */
  action: (action: ActionEvent) => void;
  /** An action ended; `error` is its failure, if it failed. */
  actionEnd: (action: ActionEvent, error: Error | undefined) => void;
  /** A notice goes to the notifiers. */
  notice: (notice: Notice) => void;
  /** A notifier failed, or the state file could not be read or written. The watchdog continues. */
  error: (error: Error) => void;
}
