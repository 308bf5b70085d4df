import type { AppListeners, Termination, UncaughtEvent, UncaughtWatcher } from '../../host/process.ts';

/** Process of a mocked service: it ends in every way that a real one can, and the process of the tests goes on. */
export class MockProcess {
  /** Exit code; `undefined` while the process lives. */
  exitCode: number | undefined;
  readonly #onGone: (code: number) => void;
  readonly #uncaught = new Set<UncaughtWatcher>();
  readonly #handlers: Record<UncaughtEvent, ((error: unknown, origin: UncaughtEvent) => unknown)[]> = {
    uncaughtException: [],
    unhandledRejection: [],
  };
  readonly #term: ((signal: 'SIGTERM') => unknown)[] = [];
  readonly #exit = new Set<(code: number) => number | undefined>();

  /** @internal */
  constructor(onGone: (code: number) => void) {
    this.#onGone = onGone;
  }

  /** True when the process has ended. */
  get gone(): boolean {
    return this.exitCode !== undefined;
  }

  /** Ends the process as `process.exit()` of the app does. */
  exit(code: number): void {
    if (this.gone) return;
    let ends = code;
    for (const fn of this.#exit) ends = fn(code) ?? ends;
    this.#end(ends);
  }

  /**
   * Raises an uncaught exception, or a rejection (`origin`). A listener of the app that was added with `on` handles it, as
   * in Node: a rejection goes to listeners of `uncaughtException` when there are none of `unhandledRejection`.
   */
  throwUncaught(error: unknown, origin: UncaughtEvent = 'uncaughtException'): void {
    const events = origin === 'unhandledRejection' ? ([origin, 'uncaughtException'] as const) : [origin];
    const handledBy = events.find((event) => this.#handlers[event].length > 0);
    for (const fn of [...this.#uncaught]) fn(error, handledBy);
    if (handledBy) for (const handler of this.#handlers[handledBy]) handler(error, origin);
    else if (this.#uncaught.size === 0) this.#end(1);
  }

  /** Ends the process as TerminateProcess does: no code of the app runs any more. */
  kill(): void {
    this.#end(1);
  }

  /**
   * Adds a SIGTERM listener, as `process.on(…)` in the app does. A stop of the service calls it. The process of the tests
   * is not touched.
   */
  on(event: 'SIGTERM', listener: (signal: 'SIGTERM') => unknown): this;
  /** Adds a listener of uncaught errors. */
  on(event: UncaughtEvent, listener: (error: unknown, origin: UncaughtEvent) => unknown): this;
  on(event: 'SIGTERM' | UncaughtEvent, listener: (value: never, origin: never) => unknown): this {
    if (event === 'SIGTERM') this.#term.push(listener as (signal: 'SIGTERM') => unknown);
    else this.#handlers[event].push(listener as (error: unknown, origin: UncaughtEvent) => unknown);
    return this;
  }

  /** @internal */
  appListeners(): AppListeners | undefined {
    if (this.#term.length === 0) return undefined;
    return { count: this.#term.length, call: () => this.#terminate() };
  }

  /** @internal */
  onUncaught(fn: UncaughtWatcher): () => void {
    this.#uncaught.add(fn);
    return () => this.#uncaught.delete(fn);
  }

  /** @internal */
  onExit(fn: (code: number) => number | undefined): () => void {
    this.#exit.add(fn);
    return () => this.#exit.delete(fn);
  }

  #terminate(): Termination {
    const results = this.#term.map((listener) => Promise.resolve('SIGTERM' as const).then(listener));
    const returned = Promise.allSettled(results).then((all) => {
      for (const one of all) if (one.status === 'rejected') throw one.reason;
    });
    // A mocked process has no handles that could keep it alive.
    return { returned, allReturnPromises: false, idle: Promise.resolve() };
  }

  #end(code: number): void {
    if (this.gone) return;
    this.exitCode = code;
    this.#uncaught.clear();
    this.#exit.clear();
    this.#onGone(code);
  }
}
