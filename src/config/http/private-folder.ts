import { mkdir, stat } from 'node:fs/promises';
import { ServiceError } from '../../errors/service-error.ts';

/**
 * Makes a folder that only this user can read and write, for systems with POSIX modes. One that exists must belong to
 * this user or root, and others can't write to it.
 *
 * @throws ServiceError FOLDER_REFUSED; the error of the file system
 */
export async function makePosixFolder(path: string): Promise<void> {
  await mkdir(path, { recursive: true, mode: 0o700 });
  const { uid, mode } = await stat(path);
  const isOurs = uid === 0 || uid === process.getuid?.();
  if (isOurs && (mode & 0o022) === 0) return;
  throw new ServiceError('FOLDER_REFUSED', `The folder ${path} is refused: other users can write to it.`, {
    details: { path },
  });
}
