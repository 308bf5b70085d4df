import { constants } from 'node:fs';
import { lstat, mkdir, open, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock } from '../../util/clock.ts';
import { isMissingFile } from '../../util/missing-file.ts';
import { programPath } from '../../util/program-path.ts';
import { toError } from '../../util/to-error.ts';
import { audienceOf } from '../audience.ts';
import { MAX_BEAT_BYTES } from '../beat.ts';
import type { Listener, TakeLine } from './listen.ts';

export const EXTENSION = '.heartbeat';
/** A link isn't followed, and opening a FIFO doesn't wait. Windows has neither flag. */
const SAFE_OPEN =
  constants.O_RDONLY |
  ((constants.O_NOFOLLOW as number | undefined) ?? 0) |
  ((constants.O_NONBLOCK as number | undefined) ?? 0);

/**
 * Takes heartbeats from the files in a folder: one file for each sender, replaced by each heartbeat. An entry that can't
 * be read is skipped and reported once.
 */
export async function listenFolder(
  given: string,
  everyMs: number,
  clock: Clock,
  take: TakeLine,
  failed: (error: unknown) => void,
): Promise<Listener> {
  const folder = programPath(given);
  await mkdir(folder, { recursive: true });
  const seen = new Map<string, string>();
  const reported = new Set<string>();
  let cancel: (() => void) | undefined;
  let closed = false;
  let polling: Promise<void> = Promise.resolve();

  async function poll(): Promise<void> {
    const names = (await readdir(folder)).filter((name) => name.endsWith(EXTENSION));
    for (const name of names) {
      if (closed) return;
      try {
        await readEntry(name);
      } catch (thrown) {
        skip(name, toError(thrown));
      }
    }
    for (const name of seen.keys()) if (!names.includes(name)) seen.delete(name);
  }
  async function readEntry(name: string): Promise<void> {
    const path = join(folder, name);
    const facts = await lstat(path);
    const mark = `${facts.mtimeMs} ${facts.ino} ${facts.size}`;
    if (seen.get(name) === mark) return;
    seen.set(name, mark);
    reported.delete(name);
    if (!facts.isFile()) throw new Error('it is not a file');
    if (facts.size > MAX_BEAT_BYTES) throw new Error(`it has more than ${MAX_BEAT_BYTES} bytes`);
    take((await readStart(path)).trimEnd());
  }
  function skip(name: string, error: Error): void {
    if (isMissingFile(error) || reported.has(name)) return;
    reported.add(name);
    const shown = JSON.stringify(name);
    failed(new Error(`The entry ${shown} of the heartbeat folder is skipped: ${error.message}`, { cause: error }));
  }
  function next(): void {
    if (closed) return;
    cancel = clock.setTimeout(() => {
      polling = poll().catch(failed).then(next);
    }, everyMs);
  }

  await poll();
  next();
  return {
    address: folder,
    audience: audienceOf({ folder }),
    close() {
      closed = true;
      cancel?.();
      return polling;
    },
  };
}

async function readStart(path: string): Promise<string> {
  const file = await open(path, SAFE_OPEN);
  try {
    const { bytesRead, buffer } = await file.read(Buffer.alloc(MAX_BEAT_BYTES), 0, MAX_BEAT_BYTES, 0);
    return buffer.toString('utf8', 0, bytesRead);
  } finally {
    await file.close();
  }
}
