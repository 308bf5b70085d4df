import type { AppListeners, HostProcess, Termination } from '../../host/process.ts';

/** The process of a mocked service: it can end in every way that a real one can, without taking the test runner along. */
export class MockProcess implements HostProcess {
  /** The code that it ended with; `undefined` while it lives. */
  exitCode: number | undefined;
  readonly #onGone: (code: number) => void;
  readonly #uncaught = new Set<(error: unknown) => void>();
  readonly #term: ((signal: 'SIGTERM') => unknown)[] = [];
  readonly #exit = new Set<(code: number) => number | undefined>();

  constructor(onGone: (code: number) => void) {
    this.#onGone = onGone;
  }

  get gone(): boolean {
    return this.exitCode !== undefined;
  }

  /** As `process.exit()` called by the app. */
  exit(code: number): void {
    if (this.gone) return;
    let ends = code;
    for (const fn of this.#exit) ends = fn(code) ?? ends;
    this.#end(ends);
  }

  /** As an exception or rejection that nobody caught. */
  throwUncaught(error: unknown): void {
    if (this.#uncaught.size === 0) this.#end(1);
    for (const fn of [...this.#uncaught]) fn(error);
  }

  /** As TerminateProcess: nothing of the app runs any more. */
  kill(): void {
    this.#end(1);
  }

  /**
   * As `process.on('SIGTERM', …)` in the app: called when the service is stopped. The signals of the process that runs
   * the tests are left alone.
   */
  on(_signal: 'SIGTERM', listener: (signal: 'SIGTERM') => unknown): this {
    this.#term.push(listener);
    return this;
  }

  /** @internal */
  appListeners(): AppListeners | undefined {
    if (this.#term.length === 0) return undefined;
    return { count: this.#term.length, call: () => this.#terminate() };
  }

  onUncaught(fn: (error: unknown) => void): () => void {
    this.#uncaught.add(fn);
    return () => this.#uncaught.delete(fn);
  }

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
