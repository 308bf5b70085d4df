// @ts-check
/** Ordinary programs, started from where services are started: the measure that a service's start is compared with. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { ERROR_TIMEOUT } from './codes.mjs';
import { CallError } from './win32.mjs';

/**
 * Starts a program and measures until its first output. It lives on until `kill`, or until the agent ends.
 * @param {string} exe @param {string[]} args @param {number} timeoutMs
 * @returns {Promise<import('./types.mjs').SpawnBench>}
 */
export async function spawnBench(exe, args, timeoutMs) {
  const began = performance.now();
  const since = () => performance.now() - began;
  const child = spawn(exe, args, { stdio: ['ignore', 'pipe', 'ignore'], windowsHide: true });
  const callMs = since();
  const ended = Promise.race([once(child, 'error'), once(child, 'exit')]).then(([why]) => {
    throw new Error(`${exe} gave no output: ${why}`);
  });
  try {
    await Promise.race([once(child.stdout, 'data', { signal: AbortSignal.timeout(timeoutMs) }), ended]);
  } catch (error) {
    child.kill();
    if (/** @type {Error} */ (error).name !== 'AbortError') throw error;
    throw new CallError('spawnBench', ERROR_TIMEOUT, { elapsedMs: since() });
  }
  // Later ends are nobody's business: whoever asked kills it.
  ended.catch(() => {});
  return { ms: since(), callMs, pid: child.pid ?? 0 };
}
