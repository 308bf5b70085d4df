// @ts-check
/** Runs one program to its end and turns a failure into a single readable message. */
import { spawn } from 'node:child_process';
import { accessSync, closeSync, constants, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';

/** An expected failure: the message says what to do, so the CLI prints it without a stack. */
export class RigError extends Error {
  /** @override */
  name = 'RigError';
}

/**
 * @param {string} command
 * @returns {string | undefined} its path when it is on PATH and executable
 */
export function which(command) {
  const { PATH = '' } = process.env;
  for (const dir of PATH.split(delimiter)) {
    const file = join(dir || '.', command);
    try {
      accessSync(file, constants.X_OK);
      return file;
    } catch {
      // Not in this folder.
    }
  }
  return undefined;
}

/**
 * Output goes to a file, not a pipe: programs that Wine leaves running in the background inherit it,
 * and a pipe would then never end.
 * @param {string} command
 * @param {readonly string[]} args
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv, timeoutMs?: number, okCodes?: readonly number[] }} [options]
 * @returns {Promise<{ code: number, output: string }>}
 */
export async function run(command, args, { cwd, env, timeoutMs = 600_000, okCodes = [0] } = {}) {
  const dir = mkdtempSync(join(tmpdir(), 'winsvc-rig-'));
  const log = join(dir, 'output');
  const fd = openSync(log, 'w');
  const what = [command, ...args].join(' ');
  try {
    const child = spawn(command, args, { cwd, env, stdio: ['ignore', fd, fd], windowsHide: true });
    const code = await new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        child.kill('SIGKILL');
        reject(new RigError(`\`${what}\` did not end within ${timeoutMs / 1000} s.${tail(log)}`));
      }, timeoutMs);
      child.once('error', (cause) => reject(new RigError(`could not run \`${what}\`: ${cause.message}`, { cause })));
      // 'exit', not 'close', for the same reason as the file.
      child.once('exit', (exitCode, signal) => resolve(exitCode ?? signal ?? -1));
      child.once('exit', () => clearTimeout(timer));
      child.once('error', () => clearTimeout(timer));
    });
    if (!okCodes.includes(code)) throw new RigError(`\`${what}\` failed with ${code}.${tail(log)}`);
    return { code, output: readFileSync(log, 'utf8') };
  } finally {
    closeSync(fd);
    rmSync(dir, { recursive: true, force: true });
  }
}

/**
 * @param {string} file
 * @param {number} [lines]
 * @returns {string} its last lines, indented, or nothing
 */
export function tail(file, lines = 12) {
  try {
    const rows = readFileSync(file, 'utf8').trimEnd().split(/\r?\n/).filter(Boolean).slice(-lines);
    return rows.length === 0 ? '' : `\n  | ${rows.join('\n  | ')}`;
  } catch {
    return '';
  }
}
