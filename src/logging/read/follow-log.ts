import type { FileHandle } from 'node:fs/promises';
import type { Clock } from '../../util/clock.ts';
import { basename } from 'node:path';
import { GrowingFile } from '../../util/growing-file.ts';
import { pause } from '../../util/pause.ts';
import { compareRotated, uncompressedName } from '../rotated-names.ts';
import { isAt, type LogPart, openLog } from './log-paths.ts';
import { linesForward } from './read-lines.ts';

/** Period of reading the file, in milliseconds. */
const POLL_MS = 200;

export interface FollowOptions {
  readonly path: string;
  /** The files that had been rotated before `file` was opened. */
  readonly aside: readonly LogPart[];
  /** The file that is being written, if there is one; it is closed at the end. */
  readonly file: FileHandle | undefined;
  /** Number of bytes that were read. */
  readonly end: number;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

/**
 * Reads the lines that are added to a log. The file stays open, so that lines written before its rotation aren't missed;
 * files that were begun and rotated between two polls are read whole. Ends by throwing the reason of the signal.
 */
export async function* followLog({ path, aside, clock, signal, ...begin }: FollowOptions): AsyncGenerator<string> {
  let { file } = begin;
  let newest = newestOf(aside);
  let added = new GrowingFile({ from: begin.end });
  try {
    for (;;) {
      const rotated = file !== undefined && !(await isAt(file, path));
      if (file) {
        for await (const lines of added.read(file)) {
          yield* lines;
          signal.throwIfAborted();
        }
      }
      if (file === undefined || rotated) {
        if (added.rest !== '') yield added.rest;
        added = new GrowingFile({ from: 0 });
        await file?.close();
        const now = await openLog(path);
        ({ file } = now);
        const last = newest;
        const parts = now.aside.filter((part) => isNewer(part, last));
        newest = newestOf(parts) ?? newest;
        // The first that is new is the one that was open.
        for (const part of rotated ? parts.slice(1) : parts) yield* linesForward(part);
        if (file) continue;
      }
      await pause(POLL_MS, clock, signal);
      signal.throwIfAborted();
    }
  } finally {
    await file?.close();
  }
}

/** Name of the newest of these files, without the ending of a compressed one. */
function newestOf(parts: readonly LogPart[]): string | undefined {
  const part = parts.at(-1);
  return part && uncompressedName(basename(part.path));
}

function isNewer({ path }: LogPart, last: string | undefined): boolean {
  return last === undefined || compareRotated(uncompressedName(basename(path)), last) > 0;
}
