import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { type TakeOutput, toOutput } from './capture-stream.ts';

type AnyFunction = (...args: never[]) => unknown;
/** Called with the arguments behind the file descriptor; returns the number of bytes. */
type Write = (take: TakeOutput, args: readonly unknown[]) => number;

/**
 * Redirects writes to the file descriptors 1 and 2 that go around the standard streams, such as those of pino without a
 * destination. Other descriptors and paths are Node's. Returns the function that ends it.
 */
export function captureFileDescriptors(out: TakeOutput, err: TakeOutput): () => void {
  const takeOf = (fd: unknown): TakeOutput | undefined => (fd === 1 ? out : fd === 2 ? err : undefined);
  const restores = [
    patchSync('writeSync', writeChunk, takeOf),
    patchSync('writevSync', writeChunks, takeOf),
    patchSync('writeFileSync', writeWhole, takeOf),
    patchSync('appendFileSync', writeWhole, takeOf),
    patchAsync('write', writeChunk, takeOf),
    patchAsync('writev', writeChunks, takeOf),
    patchAsync('writeFile', writeWhole, takeOf),
    patchAsync('appendFile', writeWhole, takeOf),
    // Flushing them to the disk has no meaning here, and fails for a descriptor without a disk.
    patchSync('fsyncSync', () => 0, takeOf),
    patchAsync('fsync', () => 0, takeOf),
  ];
  // For programs with `import { writeSync } from 'node:fs'`.
  syncBuiltinESMExports();
  return () => {
    for (const restore of restores) restore();
    syncBuiltinESMExports();
  };
}

/** Arguments of fs.write: `buffer[, offset[, length]]`, `buffer[, options]`, `text[, position[, encoding]]`. */
const writeChunk: Write = (take, [chunk, second, third]) => {
  if (typeof chunk === 'string') return handOver(take, toOutput(chunk, third as BufferEncoding | undefined));
  const bytes = toOutput(chunk, undefined) as Uint8Array;
  const { offset = 0, length = bytes.length - offset } = rangeOf(second, third);
  return handOver(take, bytes.subarray(offset, offset + length));
};

const writeChunks: Write = (take, [chunks]) =>
  (chunks as readonly unknown[]).reduce<number>((sum, chunk) => sum + handOver(take, toOutput(chunk, undefined)), 0);

const writeWhole: Write = (take, [data, options]) =>
  handOver(take, toOutput(data, typeof options === 'string' ? (options as BufferEncoding) : encodingOf(options)));

function rangeOf(second: unknown, third: unknown): { offset?: number; length?: number } {
  if (isObject(second)) return second;
  return {
    ...(typeof second === 'number' ? { offset: second } : {}),
    ...(typeof third === 'number' ? { length: third } : {}),
  };
}

function encodingOf(options: unknown): BufferEncoding | undefined {
  return isObject(options) ? (options as { encoding?: BufferEncoding }).encoding : undefined;
}

function handOver(take: TakeOutput, chunk: string | Uint8Array): number {
  take(chunk);
  return typeof chunk === 'string' ? Buffer.byteLength(chunk) : chunk.length;
}

function patchSync(name: keyof typeof fs, write: Write, takeOf: (fd: unknown) => TakeOutput | undefined): () => void {
  return patch(name, (original) => (fd: unknown, ...args: unknown[]): unknown => {
    const take = takeOf(fd);
    return take ? write(take, args) : Reflect.apply(original, fs, [fd, ...args]);
  });
}

function patchAsync(name: keyof typeof fs, write: Write, takeOf: (fd: unknown) => TakeOutput | undefined): () => void {
  return patch(name, (original) => (fd: unknown, ...args: unknown[]): unknown => {
    const take = takeOf(fd);
    const done = args.at(-1);
    if (!take || typeof done !== 'function') return Reflect.apply(original, fs, [fd, ...args]) as unknown;
    const bytes = write(take, args.slice(0, -1));
    process.nextTick(done, null, bytes, args[0]);
    return undefined;
  });
}

function patch(name: keyof typeof fs, make: (original: AnyFunction) => AnyFunction): () => void {
  const target = fs as unknown as Record<string, AnyFunction>;
  const original = target[name] as AnyFunction;
  const replacement = make(original);
  // With its name, and with what promisify needs.
  Object.defineProperties(replacement, Object.getOwnPropertyDescriptors(original));
  target[name] = replacement;
  return () => {
    if (target[name] === replacement) target[name] = original;
  };
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
