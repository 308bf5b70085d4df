import { win32 } from 'node:path';
import { ServiceError } from '../errors/service-error.ts';

/**
 * Path by which another machine's file can be opened: `C:\Apps\x` on `server1` is `\\server1\C$\Apps\x`, an
 * administrative share.
 *
 * @throws ServiceError RELEASE_INVALID for a path without a drive.
 */
export function adminShare(machine: string, path: string): string {
  const drive = /^([a-z]):[\\/](.*)$/i.exec(win32.normalize(path));
  if (!drive)
    throw new ServiceError(
      'RELEASE_INVALID',
      `${path} on ${machine} can't be reached from here: it is no path with a drive letter.`,
      { details: { machine, path } },
    );
  return `\\\\${machine}\\${drive[1]}$\\${drive[2] ?? ''}`;
}
