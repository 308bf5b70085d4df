import { Writable } from 'node:stream';

type Name = 'stdout' | 'stderr';
type Done = (error?: Error | null) => void;

/** Gives the process standard streams that go to `out` and `err`. Returns what puts the old ones back. */
export function captureOutput(out: (text: string) => void, err: (text: string) => void): () => void {
  const restores = [replace('stdout', out), replace('stderr', err)];
  return () => {
    for (const restore of restores) restore();
  };
}

/** A service has no console: Node's own streams write to nowhere, and under some hosts even asking for them throws. */
function replace(name: Name, write: (text: string) => void): () => void {
  const stream = new CapturedStream(name, write);
  const before = Object.getOwnPropertyDescriptor(process, name);
  Object.defineProperty(process, name, { configurable: true, enumerable: true, get: () => stream });
  // Node's console keeps the stream that it used first.
  const used = console as unknown as Partial<Record<'_stdout' | '_stderr', unknown>>;
  const kept = used[`_${name}`];
  if (kept !== undefined) used[`_${name}`] = stream;
  return () => {
    if (before) Object.defineProperty(process, name, before);
    if (kept !== undefined) used[`_${name}`] = kept;
  };
}

/** It takes whatever comes, at once: nobody ever has to wait for 'drain'. */
class CapturedStream extends Writable {
  /** What is asked of a standard stream. */
  readonly fd: number;
  readonly isTTY = false;
  readonly #take: (text: string) => void;

  constructor(name: Name, take: (text: string) => void) {
    super({ decodeStrings: false });
    this.fd = name === 'stdout' ? 1 : 2;
    this.#take = take;
  }

  /** Most writes are a text, with a callback at most: then there is nothing to buffer and to count. */
  override write(chunk: unknown, encoding?: BufferEncoding | Done, done?: Done): boolean {
    const later = typeof encoding === 'function' ? encoding : done;
    const isPlain = typeof chunk === 'string' && (encoding === undefined || encoding === later);
    if (!isPlain || this.writableEnded || this.writableCorked > 0) {
      return super.write(chunk, encoding as BufferEncoding, done);
    }
    this.#take(chunk);
    if (later) process.nextTick(later, null);
    return true;
  }

  override _write(chunk: Buffer | string, _encoding: BufferEncoding, done: Done): void {
    this.#take(typeof chunk === 'string' ? chunk : chunk.toString());
    done();
  }

  /** As the real ones: they stay open until the process ends. */
  override _destroy(_error: Error | null, done: Done): void {
    done();
  }
}
