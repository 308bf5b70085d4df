import { homedir } from 'node:os';
import { join } from 'node:path';

/** `%ProgramData%\<service>\<kind>`; elsewhere, for trying things out, a folder of the user. */
export function serviceFolder(service: string, kind: 'logs' | 'reports'): string {
  // What a service may be called and a folder may not.
  const folder = service.replace(/[<>:"|?*]/g, '_');
  const base = process.platform === 'win32' ? programData() : join(homedir(), '.local', 'state');
  return join(base, folder, kind);
}

/** Not every host of services gives them all the variables (Wine's doesn't). */
function programData(): string {
  const { ProgramData, SystemDrive = 'C:' } = process.env;
  return ProgramData ?? `${SystemDrive}\\ProgramData`;
}
