import type { ProcessPort } from '../ports/process-port.ts';
import { appListeners } from './app-listeners.ts';

/** The process that we are in. */
export const nodeProcess: ProcessPort = {
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
  appListeners,
};
