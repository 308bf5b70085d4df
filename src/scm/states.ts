/** A state of a service, as SERVICE_STATUS.dwCurrentState has it. */
export type ServiceState =
  'stopped' | 'startPending' | 'running' | 'pausePending' | 'paused' | 'continuePending' | 'stopPending';

/**
 * States of a service and the transitions between them. Types, guard, mock, property test and docs/lifecycle.md all derive
 * from this table.
 *
 * Source: https://learn.microsoft.com/windows/win32/services/service-status-transitions
 */
export const STATE_TRANSITIONS = {
  stopped: ['startPending'],
  startPending: ['running', 'stopPending', 'stopped'],
  running: ['pausePending', 'stopPending', 'stopped'],
  pausePending: ['paused', 'stopPending', 'stopped'],
  paused: ['continuePending', 'stopPending', 'stopped'],
  continuePending: ['running', 'stopPending', 'stopped'],
  stopPending: ['stopped'],
} as const satisfies Record<ServiceState, readonly ServiceState[]>;

/** The states that can follow `S`. */
export type NextState<S extends ServiceState> = (typeof STATE_TRANSITIONS)[S][number];

/** A state on the way to another one; it carries a checkpoint and a wait hint. */
export type PendingState = Extract<ServiceState, `${string}Pending`>;

/** A state that a service can stay in while its process lives. */
export type SteadyState = Exclude<ServiceState, PendingState | 'stopped'>;

/** All states, in the order of the table. */
export const STATES = Object.keys(STATE_TRANSITIONS) as readonly ServiceState[];

/** Returns whether the table has a transition from one state to another. */
export function canTransition<S extends ServiceState>(from: S, to: ServiceState): to is NextState<S> {
  return (STATE_TRANSITIONS[from] as readonly ServiceState[]).includes(to);
}

/** Returns whether a service in this state is on its way to another one. */
export function isPending(state: ServiceState): state is PendingState {
  return state.endsWith('Pending');
}

/**
 * Actions on a service, and the states that each passes. Every path lies inside {@link STATE_TRANSITIONS}: otherwise the
 * type below doesn't compile.
 */
export const ACTIONS = {
  start: { from: ['stopped'], via: 'startPending', to: 'running' },
  pause: { from: ['running'], via: 'pausePending', to: 'paused' },
  resume: { from: ['paused'], via: 'continuePending', to: 'running' },
  stop: {
    from: ['running', 'paused', 'startPending', 'pausePending', 'continuePending'],
    via: 'stopPending',
    to: 'stopped',
  },
} as const satisfies Record<string, ActionPath>;

/** One of {@link ACTIONS}. */
export type ServiceAction = keyof typeof ACTIONS;

/** The actions that are legal in state `S`. */
export type ActionFrom<S extends ServiceState> = {
  [M in ServiceAction]: S extends (typeof ACTIONS)[M]['from'][number] ? M : never;
}[ServiceAction];

type ActionPath = {
  [S in ServiceState]: { [V in NextState<S> & PendingState]: ActionPathVia<S, V> }[NextState<S> & PendingState];
}[ServiceState];
interface ActionPathVia<S extends ServiceState, V extends PendingState> {
  readonly from: readonly [S, ...ServiceState[]];
  readonly via: V;
  readonly to: NextState<V>;
}
