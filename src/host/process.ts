/** The process that the service runs in, as far as its end is concerned. The mock SCM brings one of its own. */
export interface HostProcess {
  /** Ends the process. May return in a test double, where the process is gone all the same. */
  exit(code: number): void;
  /** Calls back for every error that the app didn't catch. Returns a function that ends the watch. */
  onUncaught(fn: UncaughtWatcher): () => void;
  /**
   * Calls back, synchronously, when the process is about to end with this code. It ends with the code that `fn` returns,
   * where it returns one. Returns what ends the watch.
   */
  onExit(fn: (code: number) => number | undefined): () => void;
  /** `process.exitCode` as the app has set it, 0 when it hasn't. Missing where the app has none of its own. */
  exitCodeSet?(): number;
  /** Resolves when everything that was thrown or rejected until now has been told. Missing where it is told at once. */
  settle?(): Promise<void>;
  /**
   * What the app listens to SIGTERM with; undefined when it doesn't. Missing where real signals arrive.
   */
  appListeners?(): AppListeners | undefined;
  /** Whether the process is gone and nothing of the app may run any more: of test doubles only. */
  readonly gone?: boolean;
}

/** Events of a process whose listeners handle an error that the app didn't catch. */
export type UncaughtEvent = 'uncaughtException' | 'unhandledRejection';

/** Receives an uncaught error. `handledBy`: the event by which a listener of the app handles it, if there is one. */
export type UncaughtWatcher = (error: unknown, handledBy: UncaughtEvent | undefined) => void;

/** The app's listeners of SIGTERM. */
export interface AppListeners {
  readonly count: number;
  /** Calls them, as the stop of a container would. `onIdle`: nothing of the app keeps the event loop alive. */
  call(onIdle?: () => void): Termination;
}

/** What came of the app's listeners of SIGTERM. */
export interface Termination {
  /** When those that returned a promise are done; rejects with what one of them threw. */
  readonly returned: Promise<unknown>;
  /** Whether each of them returned a promise, and so shows when it is done. */
  readonly allReturnPromises: boolean;
  /** After `onIdle`. */
  readonly idle: Promise<unknown>;
}
