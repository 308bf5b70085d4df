import { readFile } from 'node:fs/promises';
import { sweepTemporaries, writeFileAtomic } from './atomic-file.ts';
import type { Clock } from './clock.ts';
import { programPath } from './program-path.ts';
import { toError } from './to-error.ts';

export interface StateFile {
  /** Reads the file; `undefined` when there is none, or none that can be read: the next write replaces it. */
  load(): Promise<unknown>;
  /** Schedules a write within `everyMs`. */
  touch(): void;
  /** Writes what is not yet written. */
  flush(): Promise<void>;
}

export interface StateFileOptions {
  /** A relative path begins at the folder of the program. */
  readonly path: string;
  /** Longest time between a change and the write, in milliseconds. */
  readonly everyMs: number;
  readonly clock: Clock;
  /** Makes the content, which is written as JSON. */
  state(): unknown;
  /** Called when the file could not be read or written. Everything that depends on it goes on. */
  failed(error: Error): void;
}

/** A file with state, written at most every `everyMs` and as a whole. */
export function createStateFile({ path: given, everyMs, clock, state, failed }: StateFileOptions): StateFile {
  const path = programPath(given);
  let cancel: (() => void) | undefined;
  let writing: Promise<void> = Promise.resolve();

  function write(): Promise<void> {
    cancel?.();
    cancel = undefined;
    writing = writing
      .then(() => writeFileAtomic(path, JSON.stringify(state())))
      .catch((thrown: unknown) => {
        failed(toError(thrown));
      });
    return writing;
  }
  return {
    async load() {
      await sweepTemporaries(path);
      try {
        return JSON.parse(await readFile(path, 'utf8')) as unknown;
      } catch (thrown) {
        if ((thrown as NodeJS.ErrnoException).code !== 'ENOENT') failed(toError(thrown));
        return undefined;
      }
    },
    touch() {
      cancel ??= clock.setTimeout(() => void write(), everyMs);
    },
    flush: () => (cancel ? write() : writing),
  };
}
