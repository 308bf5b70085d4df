/** A packed program, as its scripts call it. */
export interface PackedProgram {
  readonly name: string;
  /** File of the bundle. */
  readonly bundle: string;
  /** `true`: the program has the verbs itself. */
  readonly hasVerbs: boolean;
  /** `true`: the program defines a service; otherwise it is hosted. */
  readonly usesWinsvc: boolean;
}

const CLI = '"%~dp0node.exe" "%~dp0node_modules\\winsvc\\dist\\cli\\bin.js"';

/**
 * Batch file that installs and starts the service, without Node or npm on the machine. Options of `winsvc ensure` can be
 * added: `install.cmd --account localService`. It has ASCII only: cmd.exe reads a batch file in the code page of the
 * machine, so the name of the service stands in `service.json`.
 */
export function toInstallScript({ bundle, hasVerbs }: Pick<PackedProgram, 'bundle' | 'hasVerbs'>): string {
  return script(
    hasVerbs ? `"%~dp0node.exe" "%~dp0${bundle}" install --now %*` : `${CLI} ensure "%~dp0service.json" --now %*`,
  );
}

/** Batch file that stops and removes the service. */
export function toUninstallScript({ bundle, hasVerbs }: Pick<PackedProgram, 'bundle' | 'hasVerbs'>): string {
  return script(
    hasVerbs ? `"%~dp0node.exe" "%~dp0${bundle}" uninstall --missing-ok %*` : '"%~dp0node.exe" "%~dp0uninstall.mjs" %*',
  );
}

/** Program behind `uninstall.cmd`: it reads the name of the service from `service.json`. */
export const UNINSTALL_PROGRAM = `import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const { name } = JSON.parse(readFileSync(new URL('service.json', import.meta.url), 'utf8'));
const cli = fileURLToPath(new URL('node_modules/winsvc/dist/cli/bin.js', import.meta.url));
const args = [cli, 'uninstall', '--missing-ok', ...process.argv.slice(2), '--', name];
process.exit(spawnSync(process.execPath, args, { stdio: 'inherit' }).status ?? 1);
`;

/** Spec of the service, for `winsvc ensure`. Its paths begin at its folder. */
export function toServiceSpec({ name, bundle, usesWinsvc }: PackedProgram): object {
  return { name, program: { file: 'node.exe', script: bundle }, ...(usesWinsvc ? {} : { host: {} }) };
}

function script(command: string): string {
  return `@echo off\r\n${command}\r\nexit /b %errorlevel%\r\n`;
}
