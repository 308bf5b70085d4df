import { spawnSync } from 'node:child_process';
import { toMs } from '../util/duration.ts';
import type { HostCommand } from '../scm/host-settings.ts';

const DEFAULT_TIMEOUT = '30s';

/**
 * Runs commands one after the other, without a shell; their output goes to that of the service.
 *
 * @throws Error of the first one that fails, with its exit code and the end of its output.
 */
export function runCommands(commands: readonly HostCommand[], cwd: string): void {
  for (const { file, args = [], timeout = DEFAULT_TIMEOUT } of commands) {
    const { status, signal, error, stdout, stderr } = spawnSync(file, args, {
      cwd,
      encoding: 'utf8',
      timeout: toMs(timeout),
      windowsHide: true,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    // Without a process there is no output.
    if (error) throw new Error(`The command ${file} can't be run: ${error.message}`, { cause: error });
    process.stdout.write(stdout);
    process.stderr.write(stderr);
    if (status !== 0) {
      const last = stderr.trim().split('\n').at(-1) ?? '';
      throw new Error(`The command ${file} ended with ${signal ?? `code ${status}`}${last && `: ${last}`}`);
    }
  }
}
