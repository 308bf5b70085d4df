import type { Termination } from '../host/process.ts';
import { appListeners } from '../service/process/app-listeners.ts';

const SIGNALS = ['SIGTERM', 'SIGINT', 'SIGBREAK'] as const;

/** Listeners by which a program hears that it has to stop. */
export interface StopListeners {
  /** `'SIGTERM'` and so on. */
  readonly name: string;
  call(onIdle: () => void): Termination;
}

/**
 * Finds the listeners of the first signal that has any, then those of the message 'shutdown', which pm2 and node-windows
 * send. Programs such as Node-RED register one function for several of them: it must run once.
 */
export function findStopListeners(): StopListeners | undefined {
  for (const name of SIGNALS) {
    const found = appListeners(name);
    if (found) return { name, call: (onIdle) => found.call(onIdle) };
  }
  if (process.listenerCount('message') === 0) return undefined;
  return {
    name: "message 'shutdown'",
    call(onIdle) {
      const idle = new Promise<void>((resolve) => {
        process.once('beforeExit', () => {
          onIdle();
          resolve();
        });
      });
      process.emit('message', 'shutdown', undefined);
      // A program that ignores it would never end by itself.
      return { returned: Promise.resolve(), allReturnPromises: true, idle };
    },
  };
}
