import { homedir } from 'node:os';
import { join } from 'node:path';

/** `%ProgramData%\<service>\<kind>`; elsewhere, for trying things out, a folder of the user. */
export function serviceFolder(service: string, kind: 'logs' | 'reports'): string {
  const [base = ''] = serviceRoots();
  return join(base, fileName(service), kind);
}

/**
 * Below which the folders of services are: the first for this process, the others for one that has other variables. Wine
 * gives its services a different `ProgramData` than programs, or none.
 */
export function serviceRoots(): string[] {
  if (process.platform !== 'win32') return [join(homedir(), '.local', 'state')];
  const { ProgramData, ALLUSERSPROFILE, PUBLIC, SystemDrive = 'C:' } = process.env;
  const roots = [ProgramData, `${SystemDrive}\\ProgramData`, ALLUSERSPROFILE, PUBLIC];
  return [...new Set(roots.filter((root) => root !== undefined))];
}

/** What a service may be called and a file may not. */
export function fileName(service: string): string {
  return service.replace(/[<>:"|?*]/g, '_');
}
