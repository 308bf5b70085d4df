import { constants } from 'node:os';
import { toError } from '../../util/to-error.ts';
import type { AppListeners, Termination } from '../../host/process.ts';

const DEADLY: readonly (string | number | undefined)[] = [
  'SIGTERM',
  'SIGINT',
  'SIGHUP',
  'SIGQUIT',
  'SIGKILL',
  undefined,
];

type Listener = (...args: unknown[]) => unknown;

/** Returns the app's listeners of a signal, by default SIGTERM: Windows has no such signal, so Node never calls them. */
export function appListeners(signal: NodeJS.Signals = 'SIGTERM'): AppListeners | undefined {
  const listeners = process.rawListeners(signal) as Listener[];
  return listeners.length === 0
    ? undefined
    : { count: listeners.length, call: (onIdle) => callAll(signal, listeners, onIdle) };
}

/**
 * Calls them with the arguments that Node passes. Many of them end with `process.kill(process.pid, 'SIGTERM')`, which on
 * Windows would be TerminateProcess, and for the SCM a crash. From here on it is `process.exit()`.
 *
 * Source: https://nodejs.org/api/process.html#signal-events
 */
function callAll(
  signal: NodeJS.Signals,
  listeners: readonly Listener[],
  onIdle: () => void = () => undefined,
): Termination {
  exitInsteadOfKill();
  const idle = new Promise<void>((resolve) => {
    process.once('beforeExit', () => {
      onIdle();
      resolve();
    });
  });
  const results = listeners.map((listener) => call(listener, signal));
  return { returned: allOf(results), allReturnPromises: results.every((result) => result instanceof Promise), idle };
}

function call(listener: Listener, signal: NodeJS.Signals): unknown {
  try {
    return listener.call(process, signal, constants.signals[signal]);
  } catch (error) {
    return Promise.reject(toError(error));
  }
}

/** Waits for all of them, then throws the first error: the others are awaited too. */
async function allOf(results: readonly unknown[]): Promise<void> {
  for (const result of await Promise.allSettled(results)) if (result.status === 'rejected') throw result.reason;
}

function exitInsteadOfKill(): void {
  const kill = process.kill.bind(process);
  process.kill = (pid, signal) => {
    if (pid === process.pid && DEADLY.includes(signal)) process.exit();
    return kill(pid, signal);
  };
}
