import { fstatSync, readSync, writeSync } from 'node:fs';
import type { FileRing } from './file-ring.ts';

/** How long to wait for an append that another thread has begun. */
const SETTLE_MS = 250;
const CHECK_MS = 2;

/**
 * Appends everything in a ring to a file, blocking. The file must be open for reading and appending. An append that
 * another thread has under way is waited for, so that nothing is lost and nothing is there twice.
 *
 * @throws the error of the file system, such as ENOSPC
 */
export function appendNow(ring: FileRing, fd: number): void {
  settle(ring, fd);
  while (ring.length > 0) {
    const rest = ring.peek();
    ring.beginAppend(rest.length, fstatSync(fd).size);
    let written = 0;
    try {
      written = writeSync(fd, rest, 0, rest.length);
    } finally {
      ring.endAppend(written);
    }
  }
}

/** Finds out whether the append under way has reached the file, by its bytes: the thread that began it may be blocked. */
function settle(ring: FileRing, fd: number): void {
  if (ring.appending === 0) return;
  const piece = ring.peek(ring.appending);
  const until = Date.now() + SETTLE_MS;
  const sleeper = new Int32Array(new SharedArrayBuffer(4));
  for (;;) {
    if (contains(fd, ring.appendedFrom, piece)) {
      ring.endAppend(piece.length);
      return;
    }
    if (Date.now() >= until) break;
    Atomics.wait(sleeper, 0, 0, CHECK_MS);
  }
  ring.endAppend(0);
}

/** Other processes may have appended before it. */
function contains(fd: number, from: number, piece: Buffer): boolean {
  const { size } = fstatSync(fd);
  if (size - from < piece.length) return false;
  const added = Buffer.allocUnsafe(size - from);
  const bytes = readSync(fd, added, 0, added.length, from);
  return added.subarray(0, bytes).includes(piece);
}
