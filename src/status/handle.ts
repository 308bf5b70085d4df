import type { Move, MoveFrom, MOVES, ServiceState } from './states.ts';

/**
 * A handle whose methods follow from the state that it was given in: `pause` exists on a running service and not on a
 * paused one. The state is what was true when the handle was made; a service can be moved by others at any time, so
 * each method reports what became of it.
 */
export type HandleIn<Base, S extends ServiceState, Args extends MoveArgs = NoArgs> = Base & {
  [M in MoveFrom<S>]: (...args: Args[M]) => Promise<HandleIn<Base, Destination<M>, Args>>;
};

/** What each move can be called with. */
export type MoveArgs = Readonly<Record<Move, readonly unknown[]>>;
type NoArgs = Readonly<Record<Move, readonly []>>;

/** The state that a move ends in. */
export type Destination<M extends Move> = (typeof MOVES)[M]['to'];
