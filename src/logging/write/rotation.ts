import { createReadStream, createWriteStream } from 'node:fs';
import { readdir, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { retryBusy } from '../../util/retry-busy.ts';
import { toError } from '../../util/to-error.ts';
import { compareRotated, listRotated, nextRotatedName, uncompressedName } from '../rotated-names.ts';

/** Time for which a file that another program holds is tried to be renamed, in milliseconds. Meanwhile lines wait in memory. */
const RENAME_LIMIT_MS = 1_000;

export interface RotationOptions {
  readonly maxFiles: number;
  readonly compress: boolean;
  readonly now: Date;
  readonly onError: (error: Error) => void;
}

/** Work after the renames, one at a time: two files would otherwise be compressed at once when the next is full first. */
let tidying: Promise<void> = Promise.resolve();
/** Last name of each log: a listing may miss a file that is being compressed. */
const lastNames = new Map<string, string>();

/**
 * Renames a full log file to `<name>.<time>-<number>.log`. Compressing, and removing the oldest files, happen afterwards;
 * a file that can't be compressed or removed is reported, and the others are still handled.
 *
 * @throws the error of the file system when the file can't be renamed
 */
export async function rotate(path: string, options: RotationOptions): Promise<void> {
  const taken = await listRotated(path);
  const name = nextRotatedName(path, options.now, [
    ...taken,
    ...(lastNames.has(path) ? [lastNames.get(path) ?? ''] : []),
  ]);
  await retryBusy(() => rename(path, join(dirname(path), name)), RENAME_LIMIT_MS);
  lastNames.set(path, name);
  tidying = tidying.then(() => tidy(path, options));
}

/** Removes and compresses files. Never rejects. */
async function tidy(path: string, { maxFiles, compress, onError }: RotationOptions): Promise<void> {
  const attempt = async (work: () => Promise<unknown>): Promise<void> => {
    try {
      await work();
    } catch (error) {
      // The folder was removed meanwhile: there is nothing to tidy.
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') onError(toError(error));
    }
  };
  const at = (name: string): string => join(dirname(path), name);
  // Another file may have been rotated since, and one of an earlier process may be left.
  await attempt(async () => {
    for (const name of await unfinished(path)) await attempt(() => rm(at(name), { force: true }));
  });
  await attempt(async () => {
    for (const name of (await oldest(path, maxFiles)).flat()) await attempt(() => rm(at(name), { force: true }));
  });
  if (!compress) return;
  await attempt(async () => {
    const plain = (await listRotated(path)).filter((name) => !name.endsWith('.gz'));
    for (const name of plain) await attempt(() => gzip(at(name)));
  });
}

/** Lists the temporary files of processes that were killed. */
async function unfinished(path: string): Promise<string[]> {
  const stem = `${basename(path, '.log')}.`;
  return (await readdir(dirname(path))).filter((name) => name.startsWith(stem) && name.endsWith('.log.gz.tmp'));
}

/** Lists the files beyond `maxFiles`, each with its compressed form. */
async function oldest(path: string, maxFiles: number): Promise<string[][]> {
  const files = new Map<string, string[]>();
  for (const name of (await listRotated(path)).sort(compareRotated)) {
    const plain = uncompressedName(name);
    files.set(plain, [...(files.get(plain) ?? []), name]);
  }
  return maxFiles > 0 ? [...files.values()].slice(0, -maxFiles) : [...files.values()];
}

/** Compresses a file, under another name until it is complete. */
async function gzip(path: string): Promise<void> {
  // Loaded when it is needed: each module that a service starts with costs it time and memory.
  const [{ pipeline }, { createGzip }] = await Promise.all([import('node:stream/promises'), import('node:zlib')]);
  const temporary = `${path}.gz.tmp`;
  try {
    for (let size = -1; size !== (await stat(path)).size;) {
      // Another process may append until it sees that the file was renamed: then once more.
      ({ size } = await stat(path));
      await pipeline(createReadStream(path), createGzip(), createWriteStream(temporary, { mode: 0o640 }));
    }
    await retryBusy(() => rename(temporary, `${path}.gz`), RENAME_LIMIT_MS);
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => undefined);
    // Removed as one of the oldest meanwhile.
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
    throw error;
  }
  await retryBusy(() => rm(path, { force: true }), RENAME_LIMIT_MS);
}
