/** What the demo asks of an SCM; one adapter for the mock, one for the real one. */
export interface DemoScm {
  /** Resolves when the service is RUNNING. */
  start(args: readonly string[]): Promise<void>;
  interrogate(): Promise<string>;
  pause(): Promise<void>;
  resume(): Promise<void>;
  command(name: 'resetStats'): Promise<void>;
  /** Resolves when the service has acknowledged the stop. */
  stop(): Promise<void>;
  /** Resolves with the exit code that STOPPED carries. */
  stopped(): Promise<number>;
  /** Resolves with the exit code of the process when that has ended. */
  gone(): Promise<number | undefined>;
  state(): Promise<string>;
}

/** A state as the SCM's own tools write it: `stopPending` → `STOP_PENDING`. */
export function scmName(state: string): string {
  return state.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase();
}
