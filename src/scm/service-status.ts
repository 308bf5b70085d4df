import type { Acceptable } from './controls.ts';
import type { ExitCode } from './exit-code.ts';
import { canTransition, type NextState, type PendingState, type ServiceState, type SteadyState } from './states.ts';

/** The status of a service, with only the data that its state has: no checkpoint while running, no controls while stopped. */
export type ServiceStatus = StoppedStatus | PendingStatus | SteadyStatus;

/** The status of a service that has ended, or never began. */
export interface StoppedStatus {
  readonly state: 'stopped';
  readonly exit: ExitCode;
}

/** The status of a service on its way from one state to another. */
export interface PendingStatus {
  readonly state: PendingState;
  /** Goes up only when there was progress. */
  readonly checkpoint: number;
  /** Milliseconds until the next progress is due at the latest. */
  readonly waitHintMs: number;
  readonly accepts: readonly Acceptable[];
}

/** The status of a service that is running or paused. */
export interface SteadyStatus {
  readonly state: SteadyState;
  readonly accepts: readonly Acceptable[];
}

/** The status that belongs to state `S`. */
export type StatusOf<S extends ServiceState> = S extends 'stopped'
  ? StoppedStatus
  : S extends PendingState
    ? PendingStatus & { readonly state: S }
    : SteadyStatus & { readonly state: S };

/** Events that change a status. */
export type StatusEvent =
  | {
      readonly type: 'pending';
      readonly to: PendingState;
      readonly waitHintMs: number;
      readonly accepts: readonly Acceptable[];
    }
  | { readonly type: 'settled'; readonly to: SteadyState; readonly accepts: readonly Acceptable[] }
  | { readonly type: 'progress'; readonly waitHintMs: number }
  | { readonly type: 'stopped'; readonly exit: ExitCode };

/** A move that the table doesn't have: data, not an exception, because a late report of the app is no bug. */
export interface Refusal {
  readonly refused: true;
  readonly from: ServiceState;
  readonly event: StatusEvent;
}

/** The next status, or why there is none. Pure. */
export function step(status: ServiceStatus, event: StatusEvent): ServiceStatus | Refusal {
  const refusal: Refusal = { refused: true, from: status.state, event };
  switch (event.type) {
    case 'progress':
      if (!('checkpoint' in status)) return refusal;
      return { ...status, checkpoint: status.checkpoint + 1, waitHintMs: event.waitHintMs };
    case 'pending':
      if (!canTransition(status.state, event.to)) return refusal;
      return { state: event.to, checkpoint: 1, waitHintMs: event.waitHintMs, accepts: event.accepts };
    case 'settled':
      if (!canTransition(status.state, event.to)) return refusal;
      return { state: event.to, accepts: event.accepts };
    case 'stopped':
      if (!canTransition(status.state, 'stopped')) return refusal;
      return { state: 'stopped', exit: event.exit };
  }
}

export function isRefusal(result: ServiceStatus | Refusal): result is Refusal {
  return 'refused' in result;
}

/** A move that is known when the code is written: one that the table lacks doesn't compile. */
export type LegalMove<From extends ServiceState, To extends NextState<From>> = readonly [from: From, to: To];
