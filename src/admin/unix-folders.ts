import { mkdir, stat } from 'node:fs/promises';
import type { AdminFolders } from './context.ts';

const GROUP_OR_OTHERS_WRITE = 0o022;
const STICKY = 0o1000;

/** Folders on systems other than Windows, for tests and trials. */
export const unixFolders: AdminFolders = {
  async make(path) {
    await mkdir(path, { recursive: true, mode: 0o700 });
  },
  async writers(path) {
    const { mode } = await stat(path);
    return (mode & GROUP_OR_OTHERS_WRITE) !== 0 && (mode & STICKY) === 0 ? ['other users'] : [];
  },
};
