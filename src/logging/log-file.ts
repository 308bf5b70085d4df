import { closeSync, constants, fstatSync, openSync, statSync, write, writeSync } from 'node:fs';
import { join } from 'node:path';
import { FileRing } from '../util/file-ring.ts';
import type { Rescue } from '../util/rescue.ts';
import type { ResolvedLogging } from './options.ts';

import { rotate } from './rotation.ts';

/** A megabyte is a fifth of a second of the most that an app is expected to write. */
const RING_BYTES = 2 ** 20;
/** Beyond this what the disk can't take is dropped, and counted: an app that can't log must not run out of memory. */
const SPILL_CHARACTERS = 32 * 2 ** 20;
/** How long a file that couldn't be written is left alone. */
const RETRY_MS = 1_000;

/**
 * A rotated file that is written without ever waiting: text goes into memory and from there to the disk in large
 * pieces, one at a time. Each piece has its place in the file, so that it can be written once more by whoever must be
 * sure (the end of the process, the host thread) without being there twice.
 */
export class LogFile {
  readonly path: string;
  readonly #options: ResolvedLogging;
  readonly #ring = new FileRing(RING_BYTES);
  readonly #prepare: () => void;
  readonly #onError: (error: Error) => void;
  #fd: number | undefined;
  #openedAt = 0;
  #spill: string[] = [];
  #spilled = 0;
  #dropped = 0;
  #busy = false;
  #scheduled = false;

  /** @param prepare makes the folder, before the file is opened. */
  constructor(name: string, options: ResolvedLogging, prepare: () => void, onError: (error: Error) => void) {
    this.path = join(options.dir, name);
    this.#options = options;
    this.#prepare = prepare;
    this.#onError = onError;
    // Known before the file is open, for whoever must save what is written until then.
    this.#ring.offset = sizeOf(this.path);
  }

  get rescue(): Rescue {
    return { shared: this.#ring.shared, path: this.path };
  }

  write(text: string): void {
    if (this.#spill.length > 0 || !this.#ring.write(text)) this.#toSpill(text);
    if (this.#scheduled || this.#busy) return;
    this.#scheduled = true;
    // All that this turn of the loop writes goes in one piece.
    setImmediate(this.#pump);
  }

  /** Writes the rest, blocking: for the end of the process, where nothing asynchronous can happen any more. */
  flushSync(): void {
    try {
      while (this.#ring.length > 0) {
        const rest = this.#ring.peek();
        writeSync(this.#open(rest.length), rest, 0, rest.length, this.#ring.offset);
        this.#ring.take(rest.length);
        this.#refill();
      }
    } catch (error) {
      this.#onError(error as Error);
    }
  }

  close(): void {
    this.flushSync();
    // A write that is under way still uses the file.
    if (this.#fd !== undefined && !this.#busy) closeSync(this.#fd);
    if (!this.#busy) this.#fd = undefined;
  }

  readonly #pump = (): void => {
    this.#scheduled = false;
    if (this.#busy || this.#ring.length === 0) return;
    const piece = this.#ring.peek();
    let fd: number;
    try {
      fd = this.#open(piece.length);
    } catch (error) {
      this.#retryLater(error as Error);
      return;
    }
    this.#busy = true;
    const { offset } = this.#ring;
    write(fd, piece, 0, piece.length, offset, (error, bytes) => {
      this.#busy = false;
      // Unless flushSync was faster.
      if (this.#ring.offset === offset) this.#ring.take(bytes);
      if (error) {
        this.#retryLater(error);
        return;
      }
      this.#refill();
      this.#pump();
    });
  };

  /** The file, with room for `bytes`. */
  #open(bytes: number): number {
    if (this.#fd !== undefined && !this.#busy && this.#isFull(bytes)) {
      closeSync(this.#fd);
      this.#fd = undefined;
      const { maxFiles, compress } = this.#options;
      this.#ring.offset = 0;
      rotate(this.path, maxFiles, compress, new Date()).catch((error: unknown) => {
        this.#onError(error as Error);
      });
    }
    if (this.#fd !== undefined && !this.#busy && fstatSync(this.#fd).nlink === 0) {
      // Somebody has deleted it: what is written to it now, nobody would ever see.
      closeSync(this.#fd);
      this.#fd = undefined;
    }
    if (this.#fd === undefined) {
      this.#prepare();
      // Not O_APPEND, which would ignore the place.
      this.#fd = openSync(this.path, constants.O_RDWR | constants.O_CREAT, 0o640);
      const { size, birthtimeMs } = fstatSync(this.#fd);
      // Somebody may have deleted or emptied it.
      this.#ring.offset = Math.min(this.#ring.offset, size);
      this.#openedAt = size === 0 ? Date.now() : birthtimeMs;
      if (size > 0 && this.#isFull(bytes)) return this.#open(bytes);
    }
    return this.#fd;
  }

  #isFull(bytes: number): boolean {
    const { maxBytes, intervalMs } = this.#options;
    if (this.#ring.offset > 0 && this.#ring.offset + bytes > maxBytes) return true;
    return intervalMs !== undefined && Math.floor(this.#openedAt / intervalMs) !== Math.floor(Date.now() / intervalMs);
  }

  #retryLater(error: Error): void {
    this.#onError(error);
    if (this.#fd !== undefined) {
      closeSync(this.#fd);
      this.#fd = undefined;
    }
    this.#scheduled = true;
    setTimeout(this.#pump, RETRY_MS).unref();
  }

  #toSpill(text: string): void {
    if (this.#spilled + text.length > SPILL_CHARACTERS) {
      this.#dropped += 1;
      return;
    }
    this.#spill.push(text);
    this.#spilled += text.length;
  }

  #refill(): void {
    let moved = 0;
    while (moved < this.#spill.length && this.#ring.write(this.#spill[moved] ?? '')) moved += 1;
    for (const text of this.#spill.splice(0, moved)) this.#spilled -= text.length;
    if (this.#spill.length > 0 || this.#dropped === 0) return;
    if (this.#ring.write(`[winsvc] ${this.#dropped} writes were dropped: the disk was too slow\n`)) this.#dropped = 0;
  }
}

function sizeOf(path: string): number {
  try {
    return statSync(path).size;
  } catch {
    // Not there, or not to be reached: opening it will tell why.
    return 0;
  }
}
