import { readFile } from 'node:fs/promises';
import { writeFileAtomic } from './atomic-file.ts';
import type { Clock } from './clock.ts';
import { toError } from './to-error.ts';

export interface StateFile {
  /** What the file holds; `undefined` when there is none, or none that can be read: it is made anew then. */
  load(): Promise<unknown>;
  /** Something changed: it is written within `everyMs`. */
  touch(): void;
  /** Writes what is not yet written. */
  flush(): Promise<void>;
}

export interface StateFileOptions {
  readonly path: string;
  readonly everyMs: number;
  readonly clock: Clock;
  /** What to write; JSON. */
  state(): unknown;
  /** It could not be read or written. Whatever depends on it goes on. */
  failed(error: Error): void;
}

/** A file with state, written at most every so often and as a whole. */
export function createStateFile({ path, everyMs, clock, state, failed }: StateFileOptions): StateFile {
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
