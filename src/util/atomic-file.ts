import { randomBytes } from 'node:crypto';
import { open, rename, rm } from 'node:fs/promises';

/**
 * Writes a file so that a reader, or a crash, sees the old content or the new one and nothing between. Windows refuses
 * the rename while a reader holds the file open: it is tried again for a quarter of a second.
 */
export async function writeFileAtomic(path: string, data: string): Promise<void> {
  const temporary = `${path}.${randomBytes(4).toString('hex')}.tmp`;
  try {
    const file = await open(temporary, 'w', 0o600);
    try {
      await file.writeFile(data);
      await file.sync();
    } finally {
      await file.close();
    }
    await renameOver(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

async function renameOver(from: string, to: string, attempts = 6): Promise<void> {
  try {
    await rename(from, to);
  } catch (error) {
    const busy = ['EPERM', 'EACCES', 'EBUSY'].includes((error as NodeJS.ErrnoException).code ?? '');
    if (!busy || process.platform !== 'win32' || attempts <= 1) throw error;
    await new Promise((resolve) => setTimeout(resolve, 50));
    await renameOver(from, to, attempts - 1);
  }
}
