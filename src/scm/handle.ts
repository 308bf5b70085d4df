import type { ServiceAction, ActionFrom, ACTIONS, ServiceState } from './states.ts';

/**
 * Handle whose methods depend on the state in which it was created: `pause` exists on a running service and not on a
 * paused one. Other programs can start and stop the service at any time, so the state may be out of date, and each
 * method reports the state that was reached.
 */
export type HandleIn<Base, S extends ServiceState, Args extends ActionArgs = NoArgs> = Base & {
  [M in ActionFrom<S>]: (...args: Args[M]) => Promise<HandleIn<Base, Destination<M>, Args>>;
};

/** Arguments of each action. */
export type ActionArgs = Readonly<Record<ServiceAction, readonly unknown[]>>;
type NoArgs = Readonly<Record<ServiceAction, readonly []>>;

/** State that an action ends in. */
export type Destination<M extends ServiceAction> = (typeof ACTIONS)[M]['to'];
