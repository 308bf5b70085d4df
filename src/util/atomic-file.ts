import { open, readdir, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { retryBusy } from './retry-busy.ts';

/** How long to try while a reader, a virus scanner or a backup holds the file, in milliseconds. */
const BUSY_LIMIT_MS = 10_000;
const TEMPORARY = /^\.(\d+)-\d+\.tmp$/;

let count = 0;

/**
 * Writes a file so that a reader, or a crash, finds the old content or the new one and nothing between. Windows refuses
 * the rename while a reader holds the file open: it is tried again for 10 seconds.
 *
 * By hand rather than by `atomically`, which adds listeners for signals (by `when-exit`): in a hosted program those
 * count as the app's own, and decide how it stops.
 *
 * @throws the error of the file system
 */
export async function writeFileAtomic(path: string, data: string): Promise<void> {
  // The process id tells later processes whether the file is still being written.
  const temporary = `${path}.${process.pid}-${++count}.tmp`;
  try {
    const file = await open(temporary, 'w', 0o600);
    try {
      await file.writeFile(data);
      await file.sync();
    } finally {
      await file.close();
    }
    await retryBusy(() => rename(temporary, path), BUSY_LIMIT_MS);
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => undefined);
    throw error;
  }
}

/** Removes what processes that were killed have left beside a file. Never rejects. */
export async function sweepTemporaries(path: string): Promise<void> {
  const [folder, name] = [dirname(path), basename(path)];
  for (const found of await readdir(folder).catch(() => [])) {
    const pid = found.startsWith(name) ? TEMPORARY.exec(found.slice(name.length))?.[1] : undefined;
    if (pid === undefined || isRunning(Number(pid))) continue;
    await rm(join(folder, found), { force: true }).catch(() => undefined);
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH';
  }
}
