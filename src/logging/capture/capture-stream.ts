import { Writable } from 'node:stream';

/** Takes output in the order in which it was written: text, or bytes as they are. */
export type TakeOutput = (chunk: string | Uint8Array) => void;
export type StandardStream = 'stdout' | 'stderr';
type Done = (error?: Error | null) => void;
type Method = 'write' | 'end' | '_write' | '_writev' | 'setDefaultEncoding';

/**
 * Redirects a standard stream of the process to `take`. The stream object stays the same, so that code which got hold
 * of it earlier (`import { stdout }`, a Console, a logger, the output of a worker) is captured too. Returns the
 * function that gives the stream back.
 */
export function captureStream(name: StandardStream, take: TakeOutput): () => void {
  const { stream, forget } = standardStream(name);
  const restores = Object.entries(overrides(stream, take)).map(([method, replacement]) =>
    override(stream, method as Method, replacement),
  );
  return () => {
    for (const restore of restores) restore();
    forget();
  };
}

/** Some hosts give a process no standard streams: Node throws when the program asks for one. */
function standardStream(name: StandardStream): { readonly stream: Writable; readonly forget: () => void } {
  try {
    return { stream: process[name], forget: () => undefined };
  } catch {
    const before = Object.getOwnPropertyDescriptor(process, name);
    const value = Object.assign(new Writable(), { fd: name === 'stdout' ? 1 : 2, isTTY: false });
    Object.defineProperty(process, name, { configurable: true, enumerable: true, value });
    return {
      stream: value,
      forget() {
        if (before) Object.defineProperty(process, name, before);
      },
    };
  }
}

function overrides(stream: Writable, take: TakeOutput): Partial<Record<Method, unknown>> {
  let defaultEncoding: BufferEncoding = 'utf8';
  const write = (chunk: string | Uint8Array, encoding?: BufferEncoding | Done, done?: Done): boolean => {
    const callback = typeof encoding === 'function' ? encoding : done;
    take(toOutput(chunk, typeof encoding === 'string' ? encoding : defaultEncoding));
    if (callback) process.nextTick(callback, null);
    // Never false: no writer has to wait for 'drain'.
    return true;
  };
  return {
    // A program that replaced `write` itself goes on seeing its output; `_write` then captures what it hands on.
    ...(Object.hasOwn(stream, 'write') ? {} : { write }),
    // As Node's own standard streams the captured ones stay open; here also for output after the end.
    end(chunk?: string | Uint8Array | Done, encoding?: BufferEncoding | Done, done?: Done): Writable {
      const callback = [chunk, encoding, done].find((value) => typeof value === 'function');
      if (typeof chunk === 'string' || chunk instanceof Uint8Array)
        stream.write(chunk, typeof encoding === 'string' ? encoding : defaultEncoding);
      process.nextTick(() => {
        stream.emit('finish');
        callback?.();
      });
      return stream;
    },
    _write(chunk: string | Uint8Array, encoding: BufferEncoding, done: Done) {
      take(toOutput(chunk, encoding));
      done();
    },
    _writev: undefined,
    setDefaultEncoding(encoding: BufferEncoding): Writable {
      if (!Buffer.isEncoding(encoding)) throw new TypeError(`Unknown encoding: ${String(encoding)}`);
      defaultEncoding = encoding;
      return stream;
    },
  };
}

function override(stream: Writable, name: Method, replacement: unknown): () => void {
  const before = Object.getOwnPropertyDescriptor(stream, name);
  Object.defineProperty(stream, name, { configurable: true, writable: true, value: replacement });
  return () => {
    // Another program may have replaced it since: its replacement stays.
    if (Object.getOwnPropertyDescriptor(stream, name)?.value !== replacement) return;
    if (before) Object.defineProperty(stream, name, before);
    else Reflect.deleteProperty(stream, name);
  };
}

/** Text stays text; other encodings are decoded to bytes. The bytes are copied later, in the same turn. */
export function toOutput(chunk: unknown, encoding: BufferEncoding | null | undefined): string | Uint8Array {
  if (typeof chunk === 'string') {
    const isText = !encoding || encoding === 'utf8' || encoding === 'utf-8';
    return isText || !Buffer.isEncoding(encoding) ? chunk : Buffer.from(chunk, encoding);
  }
  if (chunk instanceof Uint8Array) return chunk;
  if (ArrayBuffer.isView(chunk)) return new Uint8Array(chunk.buffer, chunk.byteOffset, chunk.byteLength);
  throw Object.assign(
    new TypeError('The "chunk" argument must be of type string or an instance of Buffer, TypedArray, or DataView.'),
    { code: 'ERR_INVALID_ARG_TYPE' },
  );
}
