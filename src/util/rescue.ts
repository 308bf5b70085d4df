import { closeSync, constants, mkdirSync, openSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { FileRing } from './file-ring.ts';

/** What another thread needs to save what is left: the memory, and the file that it belongs to. */
export interface Rescue {
  readonly shared: SharedArrayBuffer;
  readonly path: string;
}

/** Saves what a thread that is blocked, or about to be ended, has not flushed. */
export function salvageLogs(rescues: readonly Rescue[]): void {
  for (const { shared, path } of rescues) {
    const ring = new FileRing(shared);
    const rest = ring.peek();
    if (rest.length === 0) continue;
    // Nothing was written yet, perhaps not even the folder made.
    mkdirSync(dirname(path), { recursive: true });
    const fd = openSync(path, constants.O_RDWR | constants.O_CREAT, 0o640);
    try {
      writeSync(fd, rest, 0, rest.length, ring.offset);
    } finally {
      closeSync(fd);
    }
  }
}
