import type { HostProcess } from '../host/process.ts';
import { appListeners } from './app-listeners.ts';

// Taken at import, so that a test runner's fake timers don't stop a service.
const realSetImmediate = setImmediate;

/** The process that we are in. */
export const nodeProcess: HostProcess = {
  exit: (code) => process.exit(code),
  onUncaught(fn) {
    // Rejections that nobody handles come here too, with Node's default --unhandled-rejections=throw.
    process.on('uncaughtException', fn);
    return () => process.off('uncaughtException', fn);
  },
  onExit(fn) {
    process.on('exit', fn);
    return () => process.off('exit', fn);
  },
  // Rejections that nobody handles are told when the microtasks are done.
  settle: () => new Promise((resolve) => realSetImmediate(resolve)),
  appListeners,
};
