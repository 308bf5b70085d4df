/** Action on a failed target: through the SCM, by a command, or by a function. */
export type WatchAction = 'restart' | 'start' | 'stop' | RunAction | CallAction;

/**
 * Command as an action. It runs without a shell and finds `WATCH_TARGET`, `WATCH_ATTEMPT` and `WATCH_REASON` in its
 * environment. A `.cmd` or `.bat` file runs in cmd.exe. Past the timeout it is ended together with its child processes.
 */
export interface RunAction {
  /** Program, or a `.cmd` or `.bat` file: a path, or a name in `PATH` with its extension. */
  readonly run: string;
  /** Arguments. Those of a `.cmd` or `.bat` file can't have `"`, `%` or line breaks: cmd.exe would interpret them. */
  readonly args?: readonly string[];
  /** Working directory. Default: that of the watchdog. */
  readonly cwd?: string;
}

/** Function as an action. */
export interface CallAction {
  /** Name in notices. */
  readonly name: string;
  /** Performs the action. An exception, or a rejection, makes the action fail. */
  readonly call: (context: ActionContext) => unknown;
}

/** Circumstances of an action, for a {@link CallAction}. */
export interface ActionContext {
  /** Name of the target. */
  readonly target: string;
  /** 1 for the first action in a row. */
  readonly attempt: number;
  /** Failures, source by source. */
  readonly reason: string;
  /** Aborts at the timeout of the action, and when the watchdog is closed. */
  readonly signal: AbortSignal;
}

/** Name of an action in notices. */
export function actionName(action: WatchAction): string {
  if (typeof action === 'string') return action;
  return 'run' in action ? `run ${action.run}` : action.name;
}

/** Action for an attempt: the nth in a row takes the nth action, later ones the last. */
export function actionFor(actions: readonly WatchAction[], attempt: number): WatchAction | undefined {
  return actions[Math.min(attempt, actions.length) - 1];
}
