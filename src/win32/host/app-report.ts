const KEY = 'winsvc.lastWords';

/** What an app can still be made to do when it is blocked, and about to be ended. */
export interface LastWords {
  /** Writes what it has logged, also what the host thread can't see. */
  readonly flush?: () => void;
  /** Writes the crash report, and gives its path. */
  readonly report?: () => string;
}

/** Lets the host thread have it done: the inspector calls it in the app. Adds to what was offered before. */
export function offerLastWords(words: LastWords): void {
  const target = globalThis as unknown as Record<symbol, LastWords | undefined>;
  target[Symbol.for(KEY)] = { ...target[Symbol.for(KEY)], ...words };
}

/** What the inspector evaluates in the app: the path of the report, or why there is none; undefined where none is offered. */
export const LAST_WORDS = `(() => {
  const words = globalThis[Symbol.for('${KEY}')] ?? {};
  try {
    words.flush?.();
  } catch {}
  try {
    return words.report?.();
  } catch (error) {
    return 'none: ' + error;
  }
})()`;
