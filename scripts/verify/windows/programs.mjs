// @ts-check
/** Programs of Windows that the checks run. */
import { execFile } from 'node:child_process';
import { Skip } from './verdict.mjs';

/** Longest time of a program, in milliseconds. */
const LIMIT_MS = 60_000;

/** @typedef {{ code: number, stdout: string, stderr: string }} Ended `code` -1: it could not be started */

/**
 * Runs a program of Windows and reads its output, which some programs write in UTF-16.
 *
 * @param {string} file
 * @param {...string} args
 * @returns {Promise<Ended>}
 */
export function run(file, ...args) {
  return new Promise((resolve) => {
    execFile(file, args, { windowsHide: true, encoding: 'buffer', timeout: LIMIT_MS }, (error, stdout, stderr) => {
      const code = error ? (typeof error.code === 'number' ? error.code : -1) : 0;
      resolve({ code, stdout: toText(stdout), stderr: toText(stderr) || (code === -1 ? String(error?.message) : '') });
    });
  });
}

/** @param {Buffer} bytes */
export function toText(bytes) {
  const isUtf16 = (bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes.length > 1 && bytes[0] !== 0 && bytes[1] === 0);
  return bytes.toString(isUtf16 ? 'utf16le' : 'utf8').replace(/^\ufeff/, '');
}

/**
 * Runs a line of PowerShell and returns its standard output.
 *
 * @param {(file: string, ...args: string[]) => Promise<Ended>} runProgram
 * @param {string} command
 */
export async function powershell(runProgram, command) {
  const { code, stdout, stderr } = await runProgram(
    'powershell.exe',
    '-NoProfile',
    '-NonInteractive',
    '-Command',
    command,
  );
  if (code === -1) throw new Skip('there is no PowerShell');
  if (code !== 0) throw new Error(`PowerShell: ${stderr.trim() || `exit code ${code}`}`);
  return stdout;
}
