import { watch } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Clock } from '../util/clock.ts';

export interface WatchFileOptions {
  readonly debounceMs: number;
  readonly pollMs: number | undefined;
  readonly clock: Clock;
}

/**
 * Calls back when a file's content may have changed. The folder is watched, not the file: editors and deployments
 * replace a file by renaming another one over it, and a watch on the file would stay with the old one.
 */
export function watchFile(path: string, onChange: () => void, options: WatchFileOptions): () => void {
  const { clock, debounceMs, pollMs } = options;
  let cancelDebounce: (() => void) | undefined;
  let cancelPoll: (() => void) | undefined;
  let cancelRetry: (() => void) | undefined;
  let closeFolder: (() => void) | undefined;
  let closed = false;

  function touched(): void {
    if (closed) return;
    cancelDebounce?.();
    cancelDebounce = clock.setTimeout(onChange, debounceMs);
  }
  function openFolder(): void {
    if (closed) return;
    try {
      const watcher = watch(dirname(path), { persistent: false }, touched);
      closeFolder = () => {
        watcher.close();
      };
      watcher.on('error', reopen);
    } catch {
      reopen();
    }
  }
  /** The folder went away, perhaps to be replaced. */
  function reopen(): void {
    closeFolder?.();
    closeFolder = undefined;
    cancelRetry = clock.setTimeout(() => {
      openFolder();
      touched();
    }, 1_000);
  }
  async function poll(last: string | undefined): Promise<void> {
    if (closed || pollMs === undefined) return;
    const content = await readFile(path, 'utf8').catch(() => undefined);
    if (last !== undefined && content !== last) touched();
    cancelPoll = clock.setTimeout(() => void poll(content ?? last), pollMs);
  }

  openFolder();
  void poll(undefined);
  return () => {
    closed = true;
    closeFolder?.();
    for (const cancel of [cancelDebounce, cancelPoll, cancelRetry]) cancel?.();
  };
}
