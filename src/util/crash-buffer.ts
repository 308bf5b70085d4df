import { closeSync, constants, mkdirSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import { appendNow } from './append-now.ts';
import { FileRing } from './file-ring.ts';

/** Flags of a log file: each write goes to its end, whatever other processes have added. */
export const APPEND_FLAGS = constants.O_RDWR | constants.O_CREAT | constants.O_APPEND;

/** Memory and file of a log: what another thread needs to save output that isn't in the file yet. */
export interface CrashBuffer {
  readonly shared: SharedArrayBuffer;
  readonly path: string;
}

/**
 * Saves the output of a thread that is blocked, or about to be ended.
 *
 * @param makeDir makes the folder: nothing may have been written yet.
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
  if (ring.length === 0) return;
  makeDir(dirname(path));
  const fd = openSync(path, APPEND_FLAGS, 0o640);
  try {
    appendNow(ring, fd);
  } finally {
    closeSync(fd);
  }
}
