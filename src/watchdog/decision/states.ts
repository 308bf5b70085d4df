/**
 * States of a target and their transitions: the table that the types, the step, the property test and docs/watchdog.md
 * derive from.
 *
 * - `normal`: it works
 * - `suspect`: something failed, but not yet often enough to believe it
 * - `failed`: it does not work, and waits for an action (debounce, backoff, a dependency, maintenance)
 * - `recovering`: an action is under way, or was taken and has yet to show its effect
 * - `quiet`: the watchdog gave up after too many actions, for the quiet time
 * - `off`: stopped on purpose, so nothing is done
 */
export const WATCHDOG_TRANSITIONS = {
  normal: ['suspect', 'failed', 'off'],
  suspect: ['normal', 'failed', 'off'],
  failed: ['recovering', 'normal', 'suspect', 'quiet', 'off'],
  recovering: ['normal', 'suspect', 'failed', 'off'],
  quiet: ['normal', 'suspect', 'failed', 'off'],
  off: ['normal', 'suspect', 'failed'],
} as const satisfies Record<string, readonly string[]>;

/** State of a target: a key of {@link WATCHDOG_TRANSITIONS}. */
export type WatchdogState = keyof typeof WATCHDOG_TRANSITIONS;

/** All states. */
export const WATCHDOG_STATES = Object.keys(WATCHDOG_TRANSITIONS) as readonly WatchdogState[];

export function canWatchdogTransition(from: WatchdogState, to: WatchdogState): boolean {
  return (WATCHDOG_TRANSITIONS[from] as readonly WatchdogState[]).includes(to);
}
