import { Writable } from 'node:stream';

/** Gives the process standard streams that go to `out` and `err`. Returns what puts the old ones back. */
export function captureOutput(out: (text: string) => void, err: (text: string) => void): () => void {
  // A service has no console: Node's own streams write to nowhere, and under some hosts even asking for them throws.
  const before = (['stdout', 'stderr'] as const).map(
    (name) => [name, Object.getOwnPropertyDescriptor(process, name)] as const,
  );
  replace('stdout', out);
  replace('stderr', err);
  return () => {
    for (const [name, descriptor] of before) if (descriptor) Object.defineProperty(process, name, descriptor);
  };
}

function replace(name: 'stdout' | 'stderr', write: (text: string) => void): void {
  const stream = new Writable({
    decodeStrings: false,
    write(chunk: Buffer | string, _encoding, done) {
      write(typeof chunk === 'string' ? chunk : chunk.toString());
      done();
    },
  });
  // What is asked of a standard stream.
  Object.assign(stream, { fd: name === 'stdout' ? 1 : 2, isTTY: false });
  Object.defineProperty(process, name, { configurable: true, enumerable: true, get: () => stream });
  // Node's console keeps the stream that it used first.
  const used = console as unknown as Partial<Record<'_stdout' | '_stderr', unknown>>;
  if (used[`_${name}`] !== undefined) used[`_${name}`] = stream;
}
