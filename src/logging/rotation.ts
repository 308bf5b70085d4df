import { createReadStream, createWriteStream, readdirSync, renameSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

/** Puts a full log file aside as `<name>.<time>.log` and removes the oldest ones. Returns the work that may take longer. */
export function rotate(path: string, maxFiles: number, compress: boolean, now: Date): Promise<void> {
  const aside = freeName(path, now);
  renameSync(path, aside);
  const finish = compress ? gzip(aside) : Promise.resolve();
  return finish.then(() => {
    removeOldest(path, maxFiles);
  });
}

/** The files that were put aside, the oldest first: their names sort by time. */
export function asideFiles(path: string): string[] {
  const stem = `${basename(path, '.log')}.`;
  const time = /^\d{8}T\d{6}(?:-\d+)?\.log(?:\.gz)?$/;
  return readdirSync(dirname(path))
    .filter((name) => name.startsWith(stem) && time.test(name.slice(stem.length)))
    .sort();
}

function freeName(path: string, now: Date): string {
  const time = now.toISOString().replace(/[-:]/g, '').slice(0, 15);
  const taken = asideFiles(path);
  const stem = basename(path, '.log');
  for (let i = 0; ; i++) {
    // The dash sorts before the dot: the first of a second must not come last.
    const name = `${stem}.${time}-${String(i).padStart(3, '0')}.log`;
    if (!taken.includes(name) && !taken.includes(`${name}.gz`)) return join(dirname(path), name);
  }
}

async function gzip(path: string): Promise<void> {
  // Loaded when it is needed: each module that a service starts with costs it time and memory.
  const [{ pipeline }, { createGzip }] = await Promise.all([import('node:stream/promises'), import('node:zlib')]);
  await pipeline(createReadStream(path), createGzip(), createWriteStream(`${path}.gz`));
  rmSync(path);
}

function removeOldest(path: string, maxFiles: number): void {
  for (const name of asideFiles(path).slice(0, -maxFiles)) rmSync(join(dirname(path), name), { force: true });
}
