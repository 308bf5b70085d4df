import type { Clock } from '../util/clock.ts';
import { createStateFile, type StateFile } from '../util/state-file.ts';

/** Settings of a {@link StateKeeper}. */
export interface StateKeeperOptions {
  /** Path of the state file; `undefined`: nothing is kept. */
  readonly path: string | undefined;
  readonly clock: Clock;
  /** Makes the content. */
  state(): unknown;
  /** Called when the file could not be read or written. */
  failed(error: Error): void;
}

/** State file of a watchdog. An action is recorded in it before it is taken. */
export class StateKeeper {
  readonly #file: StateFile | undefined;
  #failure: Error | undefined;
  #reported = false;

  constructor({ path, clock, state, failed }: StateKeeperOptions) {
    if (path === undefined) return;
    this.#file = createStateFile({
      path,
      everyMs: 1_000,
      clock,
      state,
      failed: (cause) => {
        this.#failure = new Error(`the state file ${path} cannot be read or written: ${cause.message}`, { cause });
        failed(this.#failure);
      },
    });
  }

  /** Reads the file; `undefined` when there is none. */
  async load(): Promise<unknown> {
    return this.#file?.load();
  }

  /** Schedules a write. */
  touch(): void {
    this.#file?.touch();
  }

  /** Writes what is not yet written. */
  async flush(): Promise<void> {
    await this.#file?.flush();
  }

  /** Writes now. Returns the failure, when the write before it had none. */
  async record(): Promise<Error | undefined> {
    this.#failure = undefined;
    await this.flush();
    const failure = this.#failure as Error | undefined;
    const isNew = failure !== undefined && !this.#reported;
    this.#reported = failure !== undefined;
    return isNew ? failure : undefined;
  }
}
