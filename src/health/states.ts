/**
 * States of a check and their transitions: the table that the types, the step, the property test and
 * docs/health.md derive from.
 *
 * - `starting`: no result yet
 * - `healthy`
 * - `suspect`: something failed, or gave a warning, but not yet often enough to believe it
 * - `unhealthy`
 * - `recovering`: works again, but not yet often enough to believe it
 */
export const HEALTH_TRANSITIONS = {
  starting: ['healthy', 'suspect', 'unhealthy'],
  healthy: ['suspect', 'unhealthy'],
  suspect: ['healthy', 'unhealthy'],
  unhealthy: ['recovering', 'healthy', 'suspect'],
  recovering: ['healthy', 'suspect', 'unhealthy'],
} as const satisfies Record<string, readonly string[]>;

/** A state of {@link HEALTH_TRANSITIONS}. */
export type HealthState = keyof typeof HEALTH_TRANSITIONS;

/** Every state of {@link HEALTH_TRANSITIONS}. */
export const HEALTH_STATES = Object.keys(HEALTH_TRANSITIONS) as readonly HealthState[];

export function canHealthTransition(from: HealthState, to: HealthState): boolean {
  return (HEALTH_TRANSITIONS[from] as readonly HealthState[]).includes(to);
}

/** From the best to the worst; `starting` counts as not yet good. */
const ORDER = ['healthy', 'starting', 'suspect', 'recovering', 'unhealthy'] as const satisfies readonly HealthState[];

export function worst(states: Iterable<HealthState>): HealthState {
  let index = 0;
  for (const state of states) index = Math.max(index, ORDER.indexOf(state));
  return ORDER[index] as HealthState;
}
