/**
 * The states of a watched target and the moves between them: the one table that the types, the step, the property test
 * and docs/watchdog.md derive from.
 *
 * - `normal`
 * - `suspect`: something failed, but not yet often enough to believe it
 * - `failed`: it does not work, and waits for an action (debounce, backoff, a dependency, maintenance)
 * - `recovering`: an action is under way, or was taken and has yet to show its effect
 * - `quiet`: given up after too many actions, for the quiet time
 * - `off`: stopped on purpose, so nothing is done
 */
export const WATCH_NEXT = {
  normal: ['suspect', 'failed', 'off'],
  suspect: ['normal', 'failed', 'off'],
  failed: ['recovering', 'normal', 'suspect', 'quiet', 'off'],
  recovering: ['normal', 'suspect', 'failed', 'off'],
  quiet: ['normal', 'suspect', 'failed', 'off'],
  off: ['normal', 'suspect', 'failed'],
} as const satisfies Record<string, readonly string[]>;

/** A state of {@link WATCH_NEXT}. */
export type WatchState = keyof typeof WATCH_NEXT;

/** Every state of {@link WATCH_NEXT}. */
export const WATCH_STATES = Object.keys(WATCH_NEXT) as readonly WatchState[];

export function canMoveWatch(from: WatchState, to: WatchState): boolean {
  return (WATCH_NEXT[from] as readonly WatchState[]).includes(to);
}
