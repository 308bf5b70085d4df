import { constants } from 'node:fs';
import { copyFile, mkdir, open, symlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { SourceContent } from './source-content.ts';
import { SourceCounter, type SourceLimits } from './source-limits.ts';
import { walkFolder } from './walk-folder.ts';

/**
 * Copies a folder, or unpacks an archive, into a new folder. The caller removes it when this fails.
 *
 * @throws ServiceError RELEASE_INVALID; the error of the file system, such as ENOSPC
 */
export async function stageSource(
  content: SourceContent,
  target: string,
  limits: SourceLimits,
  signal: AbortSignal | undefined,
): Promise<void> {
  await mkdir(target, { recursive: true });
  await (content.isArchive ? unpack : copy)(content, target, limits, signal);
}

async function copy(
  { source }: SourceContent,
  target: string,
  limits: SourceLimits,
  signal: AbortSignal | undefined,
): Promise<void> {
  const counter = new SourceCounter(limits);
  for await (const entry of walkFolder(source, signal)) {
    const path = join(target, entry.path);
    counter.add(entry.kind === 'file' ? entry.size : 0);
    if (entry.kind === 'folder') await mkdir(path);
    else if (entry.kind === 'link') await symlink(entry.target, path, entry.toFolder ? 'dir' : 'file');
    // A clone where the file system has them.
    else await copyFile(join(source, entry.path), path, constants.COPYFILE_FICLONE);
  }
}

async function unpack(
  { source, top }: SourceContent,
  target: string,
  limits: SourceLimits,
  signal: AbortSignal | undefined,
): Promise<void> {
  const { readArchive } = await import('./read-archive.ts');
  await readArchive(source, new SourceCounter(limits), signal, async ({ names, content }) => {
    const path = join(target, ...(top === '' ? names : names.slice(1)));
    await mkdir(dirname(path), { recursive: true });
    // Fails where the file exists, so that nothing is written through a link.
    const file = await open(path, 'wx', 0o755);
    try {
      for await (const chunk of content) await file.appendFile(chunk);
    } finally {
      await file.close();
    }
  });
}
