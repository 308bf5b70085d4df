import { ServiceError } from '../../errors/service-error.ts';

/** Characters that Windows doesn't allow in names. A colon would name a stream of another file. */
const FORBIDDEN = /[<>:"|?*\u0000-\u001f]/;
/** Source: https://learn.microsoft.com/windows/win32/fileio/naming-a-file */
const DEVICE = /^(?:CON|PRN|AUX|NUL|CONIN\$|CONOUT\$|(?:COM|LPT)[0-9¹²³])(?= *(?:\.|$))/i;

/**
 * Checks the path of an archive's entry by the rules of Windows, on every system, and splits it into its names.
 *
 * @throws ServiceError RELEASE_INVALID for a path that leads out of the folder, or that Windows would change.
 */
export function splitEntryPath(path: string): readonly string[] {
  if (/^[\\/]/.test(path)) throw refused(path, 'is an absolute path');
  const names = path.split(/[\\/]/).filter((name) => name !== '' && name !== '.');
  for (const name of names) {
    if (name === '..') throw refused(path, 'leads out of the folder of the release');
    if (FORBIDDEN.test(name)) throw refused(path, 'has a character that Windows does not allow in names');
    if (DEVICE.test(name)) throw refused(path, 'is the name of a device on Windows');
    if (/[. ]$/.test(name)) throw refused(path, 'ends with a dot or a space, which Windows drops');
  }
  return names;
}

/** Makes the error for an entry that can't be part of a release. */
export function refused(path: string, why: string): ServiceError {
  return new ServiceError(
    'RELEASE_INVALID',
    `The archive has an entry "${printable(path)}", which ${why}. Nothing of it was installed. Make the archive with npm pack.`,
    { details: { entry: path } },
  );
}

/** Control characters must not reach a terminal. */
function printable(text: string): string {
  return text.slice(0, 200).replaceAll(/[\u0000-\u001f\u007f-\u009f]/g, '?');
}
