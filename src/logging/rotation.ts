import { createReadStream, createWriteStream } from 'node:fs';
import { readdir, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

/** Two files of a kind would else be compressed at once when the next is full before the last is done. */
let compressing = Promise.resolve();

/**
 * Puts a full log file aside as `<name>.<time>.log`. Compressing it and removing the oldest ones goes on afterwards.
 *
 * @throws the error of the file system, when it can't be put aside
 */
export async function rotate(
  path: string,
  maxFiles: number,
  compress: boolean,
  now: Date,
  onError: (error: Error) => void,
): Promise<void> {
  const aside = await freeName(path, now);
  await rename(path, aside);
  const finish = async (): Promise<void> => {
    if (compress) await gzip(aside);
    await removeOldest(path, maxFiles);
  };
  const done = compress ? (compressing = compressing.then(finish).catch(onError)) : finish().catch(onError);
  void done;
}

/** The files that were put aside, the oldest first: their names sort by time. */
export async function asideFiles(path: string): Promise<string[]> {
  const stem = `${basename(path, '.log')}.`;
  const time = /^\d{8}T\d{6}(?:-\d+)?\.log(?:\.gz)?$/;
  return (await readdir(dirname(path)))
    .filter((name) => name.startsWith(stem) && time.test(name.slice(stem.length)))
    .sort();
}

/** The last name given: a listing may miss a file that is just being compressed. */
const given = new Map<string, string>();

async function freeName(path: string, now: Date): Promise<string> {
  const time = now.toISOString().replace(/[-:]/g, '').slice(0, 15);
  const taken = await asideFiles(path);
  const stem = basename(path, '.log');
  const last = given.get(path);
  // Of another second, and it says nothing: the time of the system may have been set back.
  const least = last?.startsWith(`${stem}.${time}-`) ? last : '';
  for (let i = 0; ; i++) {
    // The dash sorts before the dot: the first of a second must not come last.
    const name = `${stem}.${time}-${String(i).padStart(3, '0')}.log`;
    if (taken.includes(name) || taken.includes(`${name}.gz`) || name <= least) continue;
    given.set(path, name);
    return join(dirname(path), name);
  }
}

/** Under another name until it is whole: what a killed process leaves behind is no log. */
async function gzip(path: string): Promise<void> {
  // Loaded when it is needed: each module that a service starts with costs it time and memory.
  const [{ pipeline }, { createGzip }] = await Promise.all([import('node:stream/promises'), import('node:zlib')]);
  const unfinished = `${path}.gz.tmp`;
  await pipeline(createReadStream(path), createGzip(), createWriteStream(unfinished, { mode: 0o640 }));
  await rename(unfinished, `${path}.gz`);
  await rm(path);
}

async function removeOldest(path: string, maxFiles: number): Promise<void> {
  // One that is being compressed is there twice for a moment.
  const files = (await asideFiles(path)).filter(
    (name, _, all) => !all.includes(name.replace(/\.gz$/, '')) || !name.endsWith('.gz'),
  );
  for (const name of files.slice(0, -maxFiles)) await rm(join(dirname(path), name), { force: true });
}
