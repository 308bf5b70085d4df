import { mkdir, open, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock } from '../../util/clock.ts';
import { MAX_BEAT_BYTES } from '../beat.ts';
import type { Listener, TakeLine } from './listen.ts';

export const EXTENSION = '.heartbeat';

/** Takes heartbeats from the files in a folder: one file for each sender, replaced by each heartbeat. */
export async function listenFolder(
  folder: string,
  everyMs: number,
  clock: Clock,
  take: TakeLine,
  failed: (error: unknown) => void,
): Promise<Listener> {
  await mkdir(folder, { recursive: true });
  const seen = new Map<string, string>();
  let cancel: (() => void) | undefined;
  let closed = false;
  let looking: Promise<void> = Promise.resolve();

  async function look(): Promise<void> {
    const names = (await readdir(folder)).filter((name) => name.endsWith(EXTENSION));
    for (const name of names) {
      if (closed) return;
      await lookAt(name).catch(ignoreGone);
    }
  }
  async function lookAt(name: string): Promise<void> {
    const path = join(folder, name);
    const { mtimeMs, ino, size } = await stat(path);
    const mark = `${mtimeMs} ${ino} ${size}`;
    if (seen.get(name) === mark) return;
    seen.set(name, mark);
    if (size <= MAX_BEAT_BYTES) take((await readStart(path)).trimEnd());
  }
  function next(): void {
    if (closed) return;
    cancel = clock.setTimeout(() => {
      looking = look().catch(failed).then(next);
    }, everyMs);
  }

  await look();
  next();
  return {
    address: folder,
    close() {
      closed = true;
      cancel?.();
      return looking;
    },
  };
}

async function readStart(path: string): Promise<string> {
  const file = await open(path);
  try {
    const { bytesRead, buffer } = await file.read(Buffer.alloc(MAX_BEAT_BYTES), 0, MAX_BEAT_BYTES, 0);
    return buffer.toString('utf8', 0, bytesRead);
  } finally {
    await file.close();
  }
}

function ignoreGone(error: unknown): void {
  if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
}
