import type { HostProcess } from '../../host/process.ts';
import { appListeners } from './app-listeners.ts';
import { watchUncaught } from './watch-uncaught.ts';

// Taken at import, so that a test runner's fake timers don't stop a service.
const realSetImmediate = setImmediate;

/** This process. */
export const nodeProcess: HostProcess = {
  exit: (code) => process.exit(code),
  onUncaught: watchUncaught,
  onExit(fn) {
    const listener = (code: number): void => {
      // The process ends with what process.exitCode is after this event, also when the app called process.exit(code).
      const ends = fn(code);
      if (ends !== undefined) process.exitCode = ends;
    };
    process.on('exit', listener);
    return () => process.off('exit', listener);
  },
  exitCodeSet: () => Number(process.exitCode ?? 0),
  // Node reports unhandled rejections when the microtasks are done.
  settle: () => new Promise((resolve) => realSetImmediate(resolve)),
  appListeners: () => appListeners(),
};
