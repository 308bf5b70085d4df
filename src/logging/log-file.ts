import { close, closeSync, constants, fstatSync, openSync, stat, statSync, write, writeSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { FileRing } from '../util/file-ring.ts';
import type { CrashBuffer } from '../util/crash-buffer.ts';
import { toError } from '../util/to-error.ts';
import type { ResolvedLogging } from './options.ts';
import { OverflowBuffer } from './overflow-buffer.ts';

/** A megabyte is a fifth of a second of the most that an app is expected to write. */
const RING_BYTES = 2 ** 20;
/** How long a file that couldn't be written or put aside is left alone. */
const RETRY_MS = 1_000;
/** How often an open file is looked at: somebody may have deleted it, or its folder. */
const LOOK_MS = 1_000;
/** In a stream of lines, how long those that follow a write are gathered for the next one. */
const GATHER_MS = 10;

// Not from node:fs/promises: it is 130 kB that a start would load.
const writeAt = promisify(write);
const statOf = promisify(stat);

/**
 * A rotated file that is written without ever waiting: text goes into memory and from there to the disk in large
 * pieces, one at a time. Each piece has its place in the file, so that it can be written once more by whoever must be
 * sure (the end of the process, the host thread) without being there twice. Opening is all that happens on the app's
 * thread; writing, rotating and looking after the file are left to the thread pool.
 */
export class LogFile {
  readonly path: string;
  readonly #options: ResolvedLogging;
  readonly #ring = new FileRing(RING_BYTES);
  readonly #spill = new OverflowBuffer(RING_BYTES);
  readonly #prepare: () => void;
  readonly #onError: (error: Error) => void;
  #file: { readonly fd: number; readonly ino: bigint } | undefined;
  /** When the file was last written by an earlier life, or opened by this one: what decides which hour or day it is of. */
  #since = 0;
  #lookAt = 0;
  #rotateAt = 0;
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

  get crashBuffer(): CrashBuffer {
    return { shared: this.#ring.shared, path: this.path };
  }

  write(text: string): void {
    if (!this.#spill.isEmpty || !this.#ring.write(text)) this.#spill.add(text);
    if (this.#scheduled || this.#busy) return;
    this.#scheduled = true;
    // All that this turn of the loop writes goes in one piece.
    setImmediate(this.#pump);
  }

  /** Writes the rest, blocking: for the end of the process, where nothing asynchronous can happen any more. */
  flushSync(): void {
    try {
      this.#refill();
      while (this.#ring.length > 0) {
        const rest = this.#ring.peek();
        const { fd } = (this.#file ??= this.#open());
        this.#ring.take(writeSync(fd, rest, 0, rest.length, this.#ring.offset));
        this.#refill();
      }
    } catch (error) {
      this.#onError(toError(error));
    }
  }

  close(): void {
    this.flushSync();
    // A write that is under way still uses the file; the end of the process closes it then.
    if (this.#file !== undefined && !this.#busy) this.#closeFile(closeSync);
  }

  readonly #pump = (): void => {
    this.#scheduled = false;
    this.#busy = true;
    void this.#writeOnce().then(
      () => {
        this.#pumpAfter(GATHER_MS);
      },
      (error: unknown) => {
        this.#onError(toError(error));
        this.#closeFile();
        this.#pumpAfter(RETRY_MS);
      },
    );
  };

  #pumpAfter(ms: number): void {
    this.#busy = false;
    if (this.#ring.length === 0 && this.#spill.isEmpty) return;
    this.#scheduled = true;
    // With half of the memory in use there is no time to gather.
    if (ms === GATHER_MS && this.#ring.length > RING_BYTES / 2) setImmediate(this.#pump);
    else setTimeout(this.#pump, ms).unref();
  }

  async #writeOnce(): Promise<void> {
    this.#refill();
    if (this.#ring.length === 0) return;
    if (await this.#isGone()) this.#closeFile();
    this.#file ??= this.#open();
    if (this.#isFull(this.#ring.length)) await this.#rotate();
    // Not before: flushSync may have been faster, at each await above.
    const piece = this.#ring.peek();
    if (piece.length === 0) return;
    this.#file ??= this.#open();
    const { offset } = this.#ring;
    const { bytesWritten } = await writeAt(this.#file.fd, piece, 0, piece.length, offset);
    // Unless flushSync was faster.
    if (this.#ring.offset === offset) this.#ring.take(bytesWritten);
  }

  #open(): { fd: number; ino: bigint } {
    this.#prepare();
    // Not O_APPEND, which would ignore the place.
    const fd = openSync(this.path, constants.O_RDWR | constants.O_CREAT, 0o640);
    const { size, mtimeMs, ino } = fstatSync(fd, { bigint: true });
    // It may be a new one, or somebody may have emptied it.
    this.#ring.offset = Math.min(this.#ring.offset, Number(size));
    this.#since = size === 0n ? Date.now() : Number(mtimeMs);
    this.#lookAt = Date.now() + LOOK_MS;
    return { fd, ino };
  }

  /** Whether the open file has lost its name: deleted with its folder, or put aside by somebody else. */
  async #isGone(): Promise<boolean> {
    if (this.#file === undefined) return false;
    // What is written to a file without a name, nobody would ever see.
    if (fstatSync(this.#file.fd).nlink === 0) return true;
    if (Date.now() < this.#lookAt) return false;
    this.#lookAt = Date.now() + LOOK_MS;
    try {
      const { ino, size } = await statOf(this.path, { bigint: true });
      // Somebody emptied it: what follows begins anew, instead of behind a hole.
      this.#ring.offset = Math.min(this.#ring.offset, Number(size));
      return ino !== this.#file.ino;
    } catch {
      return true;
    }
  }

  #isFull(bytes: number): boolean {
    const { maxBytes, intervalMs } = this.#options;
    if (this.#ring.offset === 0 || Date.now() < this.#rotateAt) return false;
    if (this.#ring.offset + bytes > maxBytes) return true;
    return intervalMs !== undefined && Math.floor(this.#since / intervalMs) !== Math.floor(Date.now() / intervalMs);
  }

  async #rotate(): Promise<void> {
    this.#closeFile();
    const { maxFiles, compress } = this.#options;
    try {
      const { rotate } = await import('./rotation.ts');
      await rotate(this.path, maxFiles, compress, new Date(), this.#onError);
      // What flushSync has opened meanwhile is what was put aside.
      this.#closeFile();
    } catch (error) {
      // Another program holds it: better too long a file than none.
      this.#rotateAt = Date.now() + RETRY_MS;
      this.#onError(toError(error));
    }
  }

  #closeFile(how: (fd: number, done: () => void) => void = close): void {
    if (this.#file !== undefined) how(this.#file.fd, () => undefined);
    this.#file = undefined;
  }

  #refill(): void {
    this.#spill.moveTo((text) => this.#ring.write(text));
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
