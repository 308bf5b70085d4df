const KEY = 'winsvc.crashReport';

/** Lets the host thread have a crash report written by an app that is blocked: the inspector calls it there. */
export function offerCrashReport(write: () => string): void {
  Object.defineProperty(globalThis, Symbol.for(KEY), { value: write, configurable: true });
}

/** What the inspector evaluates in the app: the path of the report, or why there is none. */
export const CRASH_REPORT = `(() => {
  try {
    return String(globalThis[Symbol.for('${KEY}')]());
  } catch (error) {
    return 'none: ' + error;
  }
})()`;
