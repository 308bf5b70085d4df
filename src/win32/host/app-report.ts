const KEY = 'winsvc.emergencyFlush';

/** What an app can still be made to do when it is blocked, and about to be ended. */
export interface EmergencyFlush {
  /** Writes what it has logged, also what the host thread can't see. */
  readonly flush?: () => void;
  /** Writes the crash report, and gives its path. */
  readonly report?: () => string;
}

let offered: EmergencyFlush = {};

/** Lets the host thread have it done: the inspector calls it in the app. Adds to what was offered before. */
export function registerEmergencyFlush(words: EmergencyFlush): void {
  offered = { ...offered, ...words };
  Object.defineProperty(globalThis, Symbol.for(KEY), { value: flushBeforeKill, configurable: true });
}

/** The path of the report, or why there is none; undefined where none is offered. */
function flushBeforeKill(): string | undefined {
  try {
    offered.flush?.();
  } catch {
    // The host thread saves what it can see.
  }
  try {
    return offered.report?.();
  } catch (error) {
    return `none: ${String(error)}`;
  }
}

/** What the inspector evaluates in the app. */
export const EMERGENCY_FLUSH = `globalThis[Symbol.for('${KEY}')]?.()`;
