/** Process of the service: its exit, uncaught errors and listeners. The mock SCM has its own. */
export interface HostProcess {
  /** Ends the process. Returns in a mock, where the process has ended all the same. */
  exit(code: number): void;
  /** Calls `fn` for every error that the app didn't catch. Returns a function that ends the watch. */
  onUncaught(fn: UncaughtWatcher): () => void;
  /**
   * Calls `fn` synchronously when the process is about to end with this code. If `fn` returns a code, the process ends with
   * that one. Returns a function that ends the watch.
   */
  onExit(fn: (code: number) => number | undefined): () => void;
  /** Returns the `process.exitCode` that the app set; 0: none. Missing in a mock. */
  exitCodeSet?(): number;
  /** Resolves when all errors until now have been reported. Missing where they are reported at once. */
  settle?(): Promise<void>;
  /** Returns the app's SIGTERM listeners; undefined: none. Missing where real signals arrive. */
  appListeners?(): AppListeners | undefined;
  /** True when the process has ended and no code of the app may run any more. In mocks only. */
  readonly gone?: boolean;
}

/** Event whose listeners handle an error that the app didn't catch. */
export type UncaughtEvent = 'uncaughtException' | 'unhandledRejection';

/** Receives an uncaught error. `handledBy`: the event by which a listener of the app handles it, if there is one. */
export type UncaughtWatcher = (error: unknown, handledBy: UncaughtEvent | undefined) => void;

/** The app's listeners of SIGTERM. */
export interface AppListeners {
  readonly count: number;
  /** Calls them, as the stop of a container does. `onIdle`: called when nothing keeps the event loop alive. */
  call(onIdle?: () => void): Termination;
}

/** Progress of the app's SIGTERM listeners. */
export interface Termination {
  /** Settles when all returned promises have settled; rejects with the first error. */
  readonly returned: Promise<unknown>;
  /** True when each listener returned a promise, and so shows when it is done. */
  readonly allReturnPromises: boolean;
  /** Resolves after `onIdle`. */
  readonly idle: Promise<unknown>;
}
