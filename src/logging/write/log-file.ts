import { close, closeSync, fstatSync, openSync, stat, write } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { appendNow } from '../../util/append-now.ts';
import { APPEND_FLAGS, type CrashBuffer } from '../../util/crash-buffer.ts';
import { FileRing } from '../../util/file-ring.ts';
import { toError } from '../../util/to-error.ts';
import type { ResolvedLogging } from '../options.ts';
import { OverflowBuffer } from './overflow-buffer.ts';
import { systemClock } from '../../util/clock.ts';

/** Size of the memory of a file, in bytes: a fifth of a second of the most that an app is expected to write. */
const RING_BYTES = 2 ** 20;
/** Time until a file that couldn't be written or rotated is tried again, in milliseconds. */
const RETRY_MS = 1_000;
/** Period of checking that the open file still has its name, in milliseconds: another program may have deleted or renamed it. */
const CHECK_MS = 1_000;
/** Time for which lines after a write are gathered for the next one, in milliseconds. */
const GATHER_MS = 10;
/** The same while the service stops: a stop that is over sooner writes them all at once, at its end. */
const STOP_GATHER_MS = 20;

// Not from node:fs/promises: it is 130 kB that a start would load.
const append = promisify(write);
const statOf = promisify(stat);

export interface LogFileOptions extends Pick<
  ResolvedLogging,
  'dir' | 'maxBytes' | 'maxFiles' | 'intervalMs' | 'compress'
> {
  readonly name: string;
  /** Makes the folder; called before the file is opened. */
  readonly prepare: () => void;
  readonly onError: (error: Error) => void;
  /** Makes the line that takes the place of dropped output. */
  readonly describeDropped: (writes: number) => string;
}

/**
 * Rotated log file that never makes its writer wait: output goes into memory and from there to the disk in large pieces,
 * one at a time. All writes append, so that two processes may share a file. Output that isn't written yet can be saved by
 * `flushSync` at the end of the process, or by the host thread. The file is opened on the app's thread; it is written,
 * rotated and compressed on the thread pool.
 */
export class LogFile {
  readonly path: string;
  readonly #options: LogFileOptions;
  readonly #ring = new FileRing(RING_BYTES);
  readonly #overflow: OverflowBuffer;
  #file: { readonly fd: number; readonly ino: bigint } | undefined;
  /** Time of the last write of an earlier process, or of opening the file: it decides which hour or day the file belongs to. */
  #since = 0;
  #size = 0;
  /** Monotonic times, in milliseconds: the clock of the system may be corrected. */
  #checkAt = 0;
  #rotateAt = 0;
  #busy = false;
  #scheduled: 'soon' | 'later' | undefined;
  #timer: NodeJS.Timeout | undefined;
  #stops = false;

  constructor(options: LogFileOptions) {
    this.path = join(options.dir, options.name);
    this.#options = options;
    this.#overflow = new OverflowBuffer(RING_BYTES, options.describeDropped);
  }

  /** Memory and path of the file, from which another thread saves the rest. */
  get crashBuffer(): CrashBuffer {
    return { shared: this.#ring.shared, path: this.path };
  }

  /** Takes output; bytes are copied. */
  write(chunk: string | Uint8Array): void {
    if (!this.#overflow.isEmpty || !this.#ring.write(chunk)) this.#overflow.add(chunk);
    if (!this.#busy) this.#schedule(this.#stops ? STOP_GATHER_MS : 0);
  }

  /** Lets lines wait for 20 ms from now on: the service stops, and `close` writes the rest. */
  gather(): void {
    this.#stops = true;
  }

  /** Writes the rest, blocking: for the end of the process, where nothing asynchronous can run. */
  flushSync(): void {
    try {
      this.#refill();
      while (this.#ring.length > 0) {
        appendNow(this.#ring, (this.#file ??= this.#open()).fd);
        this.#refill();
      }
    } catch (error) {
      this.#options.onError(toError(error));
    }
  }

  close(): void {
    this.flushSync();
    // A write that is under way still uses the file; the end of the process closes it then.
    if (this.#file !== undefined && !this.#busy) this.#closeFile(closeSync);
  }

  readonly #pump = (): void => {
    this.#scheduled = undefined;
    this.#busy = true;
    void this.#writeOnce().then(
      () => {
        this.#pumpAfter(GATHER_MS);
      },
      (error: unknown) => {
        this.#options.onError(toError(error));
        this.#closeFile();
        this.#pumpAfter(RETRY_MS);
      },
    );
  };

  #pumpAfter(ms: number): void {
    this.#busy = false;
    if (this.#ring.length > 0 || !this.#overflow.isEmpty) this.#schedule(ms);
  }

  #schedule(ms: number): void {
    // With half of the memory in use there is no time to gather.
    const isUrgent = ms === 0 || (ms !== RETRY_MS && this.#ring.length > RING_BYTES / 2);
    if (this.#scheduled === 'soon' || (this.#scheduled === 'later' && !isUrgent)) return;
    clearTimeout(this.#timer);
    this.#scheduled = isUrgent ? 'soon' : 'later';
    // Everything that this turn of the loop writes goes in one piece.
    if (isUrgent) setImmediate(this.#pump);
    else this.#timer = setTimeout(this.#pump, ms).unref();
  }

  async #writeOnce(): Promise<void> {
    this.#refill();
    if (this.#ring.length === 0) return;
    if (await this.#isGone()) this.#closeFile();
    const isOpenedNow = this.#file === undefined;
    this.#file ??= this.#open();
    if (this.#isFull(this.#ring.length)) await this.#rotate();
    // flushSync may have been faster, at each await above.
    if (this.#ring.length === 0) return;
    const { fd } = (this.#file ??= this.#open());
    // Opening has blocked already, and many services write one record: the first asynchronous write starts the four threads
    // of the pool.
    if (isOpenedNow) {
      appendNow(this.#ring, fd);
      return;
    }
    const piece = this.#ring.peek();
    const { taken } = this.#ring;
    this.#ring.beginAppend(piece.length, this.#size);
    let written = 0;
    try {
      ({ bytesWritten: written } = await append(fd, piece, 0, piece.length, null));
    } finally {
      // Unless flushSync, or the host thread, has written them.
      if (this.#ring.taken === taken && this.#ring.appending === piece.length) this.#ring.endAppend(written);
    }
  }

  #open(): { fd: number; ino: bigint } {
    this.#options.prepare();
    const fd = openSync(this.path, APPEND_FLAGS, 0o640);
    const { size, mtimeMs, ino } = fstatSync(fd, { bigint: true });
    this.#size = Number(size);
    this.#since = size === 0n ? Date.now() : Number(mtimeMs);
    this.#checkAt = systemClock.now() + CHECK_MS;
    return { fd, ino };
  }

  /** Returns `true` when the open file has lost its name: it was deleted with its folder, or renamed by another program. */
  async #isGone(): Promise<boolean> {
    if (this.#file === undefined) return false;
    const { nlink, size } = fstatSync(this.#file.fd);
    this.#size = size;
    // A file without a name can't be read by any program.
    if (nlink === 0) return true;
    if (systemClock.now() < this.#checkAt) return false;
    this.#checkAt = systemClock.now() + CHECK_MS;
    try {
      // The number alone: on some versions of Windows the device of stat and fstat differs for the same file.
      return (await statOf(this.path, { bigint: true })).ino !== this.#file.ino;
    } catch {
      return true;
    }
  }

  #isFull(bytes: number): boolean {
    const { maxBytes, intervalMs } = this.#options;
    if (this.#size === 0 || systemClock.now() < this.#rotateAt) return false;
    if (this.#size + bytes > maxBytes) return true;
    return intervalMs !== undefined && Math.floor(this.#since / intervalMs) !== Math.floor(Date.now() / intervalMs);
  }

  async #rotate(): Promise<void> {
    this.#closeFile();
    const { maxFiles, compress, onError } = this.#options;
    try {
      const { rotate } = await import('./rotation.ts');
      await rotate(this.path, { maxFiles, compress, now: new Date(), onError });
      // The file that flushSync may have opened meanwhile is the one that was renamed.
      this.#closeFile();
    } catch (error) {
      // Another program holds it: the file grows on.
      this.#rotateAt = systemClock.now() + RETRY_MS;
      onError(toError(error));
    }
  }

  #closeFile(how: (fd: number, done: () => void) => void = close): void {
    if (this.#file !== undefined) how(this.#file.fd, () => undefined);
    this.#file = undefined;
  }

  #refill(): void {
    this.#overflow.moveTo((piece) => this.#ring.write(piece));
  }
}
