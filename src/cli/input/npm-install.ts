import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';

/**
 * Installs the packages of a release in its folder: `npm ci` where there is a lock file, otherwise `npm install`, without
 * those for development. Its output goes to standard error.
 *
 * @throws Error when npm fails; the reason of the signal
 */
export async function npmInstall(folder: string, signal: AbortSignal | undefined): Promise<void> {
  const verb = ['package-lock.json', 'npm-shrinkwrap.json'].some((file) => existsSync(join(folder, file)))
    ? 'ci'
    : 'install';
  const { command, args } = findNpm();
  const child = spawn(command, [...args, verb, '--omit=dev', '--no-audit', '--no-fund'], {
    cwd: folder,
    stdio: ['ignore', 2, 2],
    windowsHide: true,
    ...(signal && { signal }),
  });
  const [code] = (await once(child, 'exit')) as [number | null];
  signal?.throwIfAborted();
  if (code !== 0)
    throw new Error(`npm ${verb} in ${folder} failed with exit code ${code}. The service was not touched.`);
}

/** npm beside this Node: the file npm.cmd could not be started without a shell. */
function findNpm(): { readonly command: string; readonly args: readonly string[] } {
  const beside = join(dirname(process.execPath), 'node_modules', 'npm', 'bin', 'npm-cli.js');
  return existsSync(beside) ? { command: process.execPath, args: [beside] } : { command: 'npm', args: [] };
}
