import type { FileHandle } from 'node:fs/promises';
import type { Clock } from '../../util/clock.ts';
import { basename } from 'node:path';
import { LineSplitter } from '../../util/line-splitter.ts';
import { pause } from '../../util/pause.ts';
import { compareRotated, uncompressedName } from '../rotated-names.ts';
import { isAt, type LogPart, openLog } from './log-paths.ts';
import { linesForward, readFully } from './read-lines.ts';

/** How often the file is looked at. */
const LOOK_MS = 200;
const CHUNK = 2 ** 20;

export interface FollowOptions {
  readonly path: string;
  /** The files that had been put aside before `file` was opened. */
  readonly aside: readonly LogPart[];
  /** The file that is being written, when there is one already; it is closed in the end. */
  readonly file: FileHandle | undefined;
  /** How much of it was read. */
  readonly end: number;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

/**
 * The lines that are added to a log. The file stays open, so that what was written before it was put aside isn't
 * missed; files that came and went between two looks are read whole. Ends by throwing the reason of the signal.
 */
export async function* followLog({ path, aside, clock, signal, ...begin }: FollowOptions): AsyncGenerator<string> {
  let { file, end } = begin;
  let newest = newestOf(aside);
  let lines = new LineSplitter();
  try {
    for (;;) {
      const moved = file !== undefined && !(await isAt(file, path));
      if (file) {
        for (let chunk = await next(file); chunk.length > 0; chunk = await next(file)) yield* lines.add(chunk);
      }
      if (file === undefined || moved) {
        if (lines.rest !== '') yield lines.rest;
        lines = new LineSplitter();
        await file?.close();
        const now = await openLog(path);
        ({ file } = now);
        end = 0;
        const last = newest;
        const parts = now.aside.filter((part) => isNewer(part, last));
        newest = newestOf(parts) ?? newest;
        // The first that is new is the one that was open.
        for (const part of moved ? parts.slice(1) : parts) yield* linesForward(part);
        if (file) continue;
      }
      await pause(LOOK_MS, clock, signal);
      signal.throwIfAborted();
    }
  } finally {
    await file?.close();
  }

  async function next(from: FileHandle): Promise<Buffer> {
    signal.throwIfAborted();
    const { size } = await from.stat();
    if (size < end) {
      // Somebody emptied it.
      end = 0;
      lines = new LineSplitter();
    }
    const chunk = await readFully(from, end, Math.min(CHUNK, size - end));
    end += chunk.length;
    return chunk;
  }
}

/** The name of the newest of these files, before it was compressed. */
function newestOf(parts: readonly LogPart[]): string | undefined {
  const part = parts.at(-1);
  return part && uncompressedName(basename(part.path));
}

function isNewer({ path }: LogPart, last: string | undefined): boolean {
  return last === undefined || compareRotated(uncompressedName(basename(path)), last) > 0;
}
