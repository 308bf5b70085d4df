const KEY = 'winsvc.emergencyFlush';

/** Work that a blocked app can still do before it is ended. */
export interface EmergencyFlush {
  /** Writes the records of the app, also those that the host thread can't see. */
  readonly flush?: () => void;
  /** Writes the crash report and returns its path. */
  readonly report?: () => string;
}

let offered: EmergencyFlush = {};

/** Registers work for the host thread, which has the inspector call it in the app. Adds to earlier registrations. */
export function registerEmergencyFlush(words: EmergencyFlush): void {
  offered = { ...offered, ...words };
  Object.defineProperty(globalThis, Symbol.for(KEY), { value: flushBeforeKill, configurable: true });
}

/** Does the work. Returns the path of the report, or why there is none; undefined: reports are off. */
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

/** Expression that the inspector evaluates in the app. */
export const EMERGENCY_FLUSH = `globalThis[Symbol.for('${KEY}')]?.()`;
