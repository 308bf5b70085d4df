import type { ServiceAction, ActionFrom, ACTIONS, ServiceState } from './states.ts';

/**
 * A handle whose methods follow from the state that it was given in: `pause` exists on a running service and not on a
 * paused one. The state is what was true when the handle was made; a service can be moved by others at any time, so
 * each method reports what became of it.
 */
export type HandleIn<Base, S extends ServiceState, Args extends ActionArgs = NoArgs> = Base & {
  [M in ActionFrom<S>]: (...args: Args[M]) => Promise<HandleIn<Base, Destination<M>, Args>>;
};

/** What each move can be called with. */
export type ActionArgs = Readonly<Record<ServiceAction, readonly unknown[]>>;
type NoArgs = Readonly<Record<ServiceAction, readonly []>>;

/** The state that a move ends in. */
export type Destination<M extends ServiceAction> = (typeof ACTIONS)[M]['to'];
