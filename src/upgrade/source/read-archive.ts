import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { pipeline, type Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { Parser } from 'tar/parse';
import type { ReadEntry } from 'tar/read-entry';
import { ServiceError } from '../../errors/service-error.ts';
import { toError } from '../../util/to-error.ts';
import { refused, splitEntryPath } from './entry-path.ts';
import { type SourceCounter, tooLarge } from './source-limits.ts';

/** A file of an archive. */
export interface ArchiveFile {
  /** Names of its folders and its own. */
  readonly names: readonly string[];
  readonly content: AsyncIterable<Buffer>;
}

const GZIP = Buffer.from([31, 139]);

/**
 * Reads an archive (`.tgz`, `.tar.gz` or `.tar`) and passes each file on. Links, devices and paths out of the folder are
 * refused, and so is an archive that unpacks to more than the bounds.
 *
 * @throws ServiceError RELEASE_INVALID; the error of the file system
 */
export async function readArchive(
  file: string,
  counter: SourceCounter,
  signal: AbortSignal | undefined,
  onFile: (file: ArchiveFile) => Promise<void>,
): Promise<void> {
  const parser = new Parser({ strict: true });
  const seen = new Set<string>();
  const failure = new AbortController();
  const failed = new Promise<never>((_resolve, reject) => {
    failure.signal.addEventListener('abort', () => reject(failure.signal.reason as Error));
  });
  failed.catch(() => undefined);
  const stop = (thrown: unknown): void => failure.abort(toError(thrown));
  parser.on('error', (error: Error) => stop(damaged(file, error)));
  const done = new Promise<void>((resolve) => parser.on('end', resolve));
  let last: Promise<void> = Promise.resolve();
  parser.on('entry', (entry: ReadEntry) => {
    last = takeEntry(entry, counter, seen, onFile).catch(stop);
  });
  for await (const chunk of unzipped(file, await isGzip(file), counter)) {
    signal?.throwIfAborted();
    failure.signal.throwIfAborted();
    if (!parser.write(chunk)) await Promise.race([new Promise((resolve) => parser.once('drain', resolve)), failed]);
  }
  parser.end();
  await Promise.race([done, failed]);
  await Promise.race([last, failed]);
  failure.signal.throwIfAborted();
}

async function takeEntry(
  entry: ReadEntry,
  counter: SourceCounter,
  seen: Set<string>,
  onFile: (file: ArchiveFile) => Promise<void>,
): Promise<void> {
  const { path, type, size } = entry;
  if (type.endsWith('Link')) throw refused(path, `is a link to "${entry.linkpath ?? ''}"`);
  const names = splitEntryPath(path);
  counter.add(size);
  if (type === 'Directory' || names.length === 0) {
    entry.resume();
    return;
  }
  if (!/^(?:Old|Contiguous)?File$/.test(type)) throw refused(path, `is neither a file nor a folder, but ${type}`);
  // Windows has one file for names that differ in case.
  const key = names.join('/').toLowerCase();
  if (seen.has(key)) throw refused(path, 'is there twice');
  seen.add(key);
  await onFile({ names, content: entry });
}

async function* unzipped(file: string, gzip: boolean, counter: SourceCounter): AsyncGenerator<Buffer> {
  const read = createReadStream(file);
  const source: Readable = gzip ? pipeline(read, createGunzip(), () => undefined) : read;
  let bytes = 0;
  try {
    for await (const chunk of source as AsyncIterable<Buffer>) {
      // An archive within the archive would unpack without the bound.
      if (bytes === 0 && chunk.subarray(0, 2).equals(GZIP)) throw damaged(file, new Error('it is compressed twice'));
      bytes += chunk.length;
      if (bytes > counter.maxUnpacked) throw tooLarge(`more than ${counter.maxUnpacked} bytes`, 'limits.maxBytes');
      yield chunk;
    }
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException;
    throw code.startsWith('Z_') ? damaged(file, error as Error) : error;
  } finally {
    read.destroy();
  }
}

async function isGzip(file: string): Promise<boolean> {
  const handle = await open(file, 'r');
  try {
    const { buffer } = await handle.read(Buffer.alloc(2), 0, 2, 0);
    return buffer.equals(GZIP);
  } finally {
    await handle.close();
  }
}

function damaged(file: string, cause: Error): ServiceError {
  return new ServiceError(
    'RELEASE_INVALID',
    `${file} can't be read as an archive (.tgz, .tar.gz, .tar): ${cause.message}. Make it with npm pack.`,
    { cause, details: { file } },
  );
}
