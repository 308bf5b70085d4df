import { closeSync, constants, fstatSync, mkdirSync, openSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { FileRing } from './file-ring.ts';

/** What another thread needs to save what is left: the memory, and the file that it belongs to. */
export interface CrashBuffer {
  readonly shared: SharedArrayBuffer;
  readonly path: string;
}

/**
 * Saves what a thread that is blocked, or about to be ended, has not flushed.
 *
 * @param makeDir makes the folder: nothing was written yet, perhaps.
 */
export function salvageLogs(
  crashBuffers: readonly CrashBuffer[],
  makeDir: (dir: string) => void = (dir) => mkdirSync(dir, { recursive: true }),
): void {
  for (const crashBuffer of crashBuffers) {
    try {
      salvage(crashBuffer, makeDir);
    } catch {
      // The others may be on another disk.
    }
  }
}

function salvage({ shared, path }: CrashBuffer, makeDir: (dir: string) => void): void {
  const ring = new FileRing(shared);
  const rest = ring.peek();
  if (rest.length === 0) return;
  makeDir(dirname(path));
  const fd = openSync(path, constants.O_RDWR | constants.O_CREAT, 0o640);
  try {
    // The file may have been put aside a moment ago: then this is a new one.
    writeSync(fd, rest, 0, rest.length, Math.min(ring.offset, fstatSync(fd).size));
  } finally {
    closeSync(fd);
  }
}
