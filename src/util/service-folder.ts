import { homedir } from 'node:os';
import { join } from 'node:path';
import { toFileName } from './file-name.ts';

/**
 * `%ProgramData%\\<service>`, or the folder for one kind of file in it; on other systems, for trying things out, a folder
 * of the user.
 */
export function serviceFolder(service: string, kind?: 'logs' | 'reports' | 'secrets'): string {
  const [base = ''] = serviceRoots();
  return join(base, toFileName(service), ...(kind ? [kind] : []));
}

/**
 * The folders that hold the folders of services: the first for this process, the others for processes with other
 * variables. Never a folder of a user or `%PUBLIC%`, where every user can write: Wine gives services that one as
 * `ProgramData`.
 */
export function serviceRoots(): string[] {
  if (process.platform !== 'win32') return [join(homedir(), '.local', 'state')];
  const { ProgramData, ALLUSERSPROFILE, SystemDrive = 'C:' } = process.env;
  const roots = [ProgramData, `${SystemDrive}\\ProgramData`, ALLUSERSPROFILE];
  return [...new Set(roots.filter((root) => root !== undefined && !isOfUsers(root)))] as string[];
}

function isOfUsers(folder: string): boolean {
  return /^.:[\\/]users[\\/]/i.test(folder);
}
