import { watch } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import type { Clock } from '../../util/clock.ts';

/** Timing of the watch, in milliseconds. */
export interface WatchFileOptions {
  /** Time without a change before the callback. */
  readonly debounceMs: number;
  /** Period of reading the file; `undefined` for never. */
  readonly pollMs: number | undefined;
  readonly clock: Clock;
}

/** A file that changes all the time is read after so many times `debounceMs`. */
const LONGEST_DEBOUNCES = 25;
const REOPEN_MS = 1_000;

/**
 * Calls back when a file's content may have changed. The folder is watched, not the file: editors and deployments
 * replace a file by renaming another one over it, and a watch on the file would stay with the old one. Other files in
 * the folder cost one `stat` per `debounceMs`, which also finds a file that is a link through a replaced folder.
 */
export function watchFile(path: string, onChange: () => void, options: WatchFileOptions): () => void {
  const { clock, debounceMs, pollMs } = options;
  const cancels = new Map<'debounce' | 'compare' | 'poll' | 'reopen', () => void>();
  const own = basename(path).toLowerCase();
  let closeFolder: (() => void) | undefined;
  let touchedSince: number | undefined;
  let mark: string | undefined;
  let closed = false;

  function later(what: 'debounce' | 'compare' | 'poll' | 'reopen', fn: () => void, ms: number): void {
    cancels.get(what)?.();
    if (closed) return;
    const cancel = clock.setTimeout(() => {
      cancels.delete(what);
      fn();
    }, ms);
    cancels.set(what, cancel);
  }
  function touched(): void {
    touchedSince ??= clock.now();
    const restMs = touchedSince + LONGEST_DEBOUNCES * debounceMs - clock.now();
    const report = (): void => {
      touchedSince = undefined;
      void remember();
      onChange();
    };
    later('debounce', report, Math.max(0, Math.min(debounceMs, restMs)));
  }
  async function markOf(): Promise<string> {
    const facts = await stat(path, { bigint: true }).catch(() => undefined);
    return facts ? `${facts.ino} ${facts.size} ${facts.mtimeNs}` : 'gone';
  }
  async function remember(): Promise<void> {
    mark = await markOf();
  }
  async function compare(): Promise<void> {
    const before = mark;
    const now = await markOf();
    mark = now;
    if (before !== undefined && now !== before) touched();
  }
  function folderChanged(name: string | null): void {
    if (name?.toLowerCase() === own) touched();
    else if (!cancels.has('compare')) later('compare', () => void compare(), debounceMs);
  }
  function openFolder(): void {
    if (closed) return;
    try {
      const watcher = watch(dirname(path), { persistent: false }, (_, name) => {
        folderChanged(name);
      });
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
    const open = (): void => {
      openFolder();
      touched();
    };
    later('reopen', open, REOPEN_MS);
  }
  async function poll(last: string | undefined): Promise<void> {
    if (closed || pollMs === undefined) return;
    const content = await readFile(path, 'utf8').catch(() => undefined);
    if (last !== undefined && content !== last) touched();
    later('poll', () => void poll(content ?? last), pollMs);
  }

  void remember();
  openFolder();
  void poll(undefined);
  return () => {
    closed = true;
    closeFolder?.();
    for (const cancel of cancels.values()) cancel();
  };
}
