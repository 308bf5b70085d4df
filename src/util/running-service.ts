// On the process, not in this module: a program can have two copies of the package.
const HOLDER = Symbol.for('winsvc.runningService');
type Holding = typeof globalThis & { [HOLDER]?: string | undefined };

/** Name of the service that runs in this process; `undefined`: none does. */
export function runningService(): string | undefined {
  return (globalThis as Holding)[HOLDER];
}

/** Sets the service that runs in this process. */
export function setRunningService(service: string | undefined): void {
  (globalThis as Holding)[HOLDER] = service;
}
