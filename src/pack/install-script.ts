import { ServiceError } from '../errors/service-error.ts';

const CLI = '"%~dp0node.exe" "%~dp0node_modules\\winsvc\\dist\\cli\\bin.js"';

/** A packed program, as its scripts call it. */
export interface PackedProgram {
  readonly name: string;
  /** File of the bundle. */
  readonly bundle: string;
  /** `true`: the program has the verbs itself. */
  readonly hasVerbs: boolean;
}

/**
 * Batch file that installs and starts the service, without Node or npm on the machine. Options of `winsvc install` can be
 * added: `install.cmd --account localService`.
 *
 * @throws ServiceError INVALID_OPTIONS for a name with a quote, which cmd.exe can't pass on
 */
export function toInstallScript({ name, bundle, hasVerbs }: PackedProgram): string {
  const command = hasVerbs
    ? `"%~dp0node.exe" "%~dp0${bundle}" install --now`
    : `${CLI} install "%~dp0${bundle}" --name "${quoted(name)}" --now`;
  return script([`${command} %*`]);
}

/** Batch file that stops and removes the service. */
export function toUninstallScript({ name, bundle, hasVerbs }: PackedProgram): string {
  const command = hasVerbs ? `"%~dp0node.exe" "%~dp0${bundle}" uninstall` : `${CLI} uninstall "${quoted(name)}"`;
  return script([`${command} --missing-ok %*`]);
}

/** In UTF-8: the code page of the console is put back afterwards. */
function script(commands: readonly string[]): string {
  const lines = [
    '@echo off',
    'setlocal DisableDelayedExpansion',
    'for /f "tokens=2 delims=:." %%a in (\'chcp\') do set "page=%%a"',
    'chcp 65001 >nul',
    ...commands,
    'set "code=%errorlevel%"',
    'if defined page chcp %page% >nul',
    'exit /b %code%',
  ];
  return `${lines.join('\r\n')}\r\n`;
}

/** In a batch file, a percent sign is written twice. */
function quoted(name: string): string {
  if (!/["\r\n]/.test(name)) return name.replaceAll('%', '%%');
  throw new ServiceError('INVALID_OPTIONS', `The name ${name} has a quote, which install.cmd can't pass on.`);
}
