import { spawn, spawnSync } from 'node:child_process';
import type { HostCommand } from '../scm/host-settings.ts';
import { toMs } from '../util/duration.ts';

const DEFAULT_TIMEOUT = '30s';
/** Output of a failed command that its error repeats, in characters. */
const TAIL_CHARS = 500;

/**
 * Runs commands one after the other, without a shell. Their output goes to that of the service as it comes.
 *
 * @throws Error of the first one that fails, with its exit code and the end of its output.
 */
export async function runCommands(
  commands: readonly HostCommand[],
  cwd: string,
  signal: AbortSignal | undefined,
): Promise<void> {
  for (const { file, args = [], timeout = DEFAULT_TIMEOUT } of commands) {
    const ms = toMs(timeout);
    const child = spawn(file, args, { cwd, windowsHide: true, stdio: ['ignore', 'pipe', 'pipe'], timeout: ms, signal });
    let tail = '';
    child.stdout.on('data', (chunk: Buffer) => process.stdout.write(chunk));
    child.stderr.on('data', (chunk: Buffer) => {
      process.stderr.write(chunk);
      tail = (tail + chunk.toString()).slice(-TAIL_CHARS);
    });
    const end = await new Promise<{ readonly status: number | null; readonly error?: Error }>((resolve) => {
      child.once('error', (error) => {
        resolve({ status: null, error });
      });
      child.once('close', (status) => {
        resolve({ status });
      });
    });
    refuseFailure(file, { ...end, timedOut: child.signalCode !== null, ms, tail });
  }
}

/** The same at the exit of the process, where nothing asynchronous can run any more: blocks. @throws Error */
export function runCommandsNow(commands: readonly HostCommand[], cwd: string): void {
  for (const { file, args = [], timeout = DEFAULT_TIMEOUT } of commands) {
    const ms = toMs(timeout);
    const end = spawnSync(file, args, { cwd, timeout: ms, windowsHide: true, stdio: ['ignore', 'pipe', 'pipe'] });
    // Without a process there is no output.
    if (!end.error || end.signal) {
      process.stdout.write(end.stdout);
      process.stderr.write(end.stderr);
    }
    const tail = end.signal || !end.error ? end.stderr.toString().slice(-TAIL_CHARS) : '';
    refuseFailure(file, {
      status: end.status,
      ...(end.error && !end.signal && { error: end.error }),
      timedOut: end.signal !== null,
      ms,
      tail,
    });
  }
}

interface CommandEnd {
  readonly status: number | null;
  readonly error?: Error;
  readonly timedOut: boolean;
  readonly ms: number;
  readonly tail: string;
}

function refuseFailure(file: string, { status, error, timedOut, ms, tail }: CommandEnd): void {
  if (status === 0) return;
  if (error) throw new Error(`The command ${file} can't be run: ${error.message}`, { cause: error });
  const last = tail.trim().split('\n').at(-1) ?? '';
  const how = timedOut ? `was ended after ${ms} ms` : `ended with code ${status}`;
  throw new Error(`The command ${file} ${how}${last && `: ${last}`}`);
}
