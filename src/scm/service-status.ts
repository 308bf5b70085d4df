import type { Acceptable } from './controls.ts';
import type { ExitCode } from './exit-code.ts';
import { canTransition, type NextState, type PendingState, type ServiceState, type SteadyState } from './states.ts';

/** Status of a service, with only the data that its state has: no checkpoint while running, no controls while stopped. */
export type ServiceStatus = StoppedStatus | PendingStatus | SteadyStatus;

/** Status of a service that has ended, or has never started. */
export interface StoppedStatus {
  /** State of the service. */
  readonly state: 'stopped';
  /** Exit code that STOPPED reported. */
  readonly exit: ExitCode;
}

/** Status of a service in a pending state. */
export interface PendingStatus {
  /** State of the service. */
  readonly state: PendingState;
  /** Number of the progress report; grows only with progress. */
  readonly checkpoint: number;
  /** Time within which the next progress report is due, in milliseconds. */
  readonly waitHintMs: number;
  /** Controls that the service accepts. */
  readonly accepts: readonly Acceptable[];
}

/** Status of a service that is running or paused. */
export interface SteadyStatus {
  /** State of the service. */
  readonly state: SteadyState;
  /** Controls that the service accepts. */
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

/** Transition that the table doesn't have. It is data, not an exception: a late report of the app is no bug. */
export interface Refusal {
  readonly refused: true;
  readonly from: ServiceState;
  readonly event: StatusEvent;
}

/** Returns the next status, or the refusal. Pure. */
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

/** Returns whether a step was refused. */
export function isRefusal(result: ServiceStatus | Refusal): result is Refusal {
  return 'refused' in result;
}

/** Transition that is known at compile time: one that the table lacks doesn't compile. */
export type LegalMove<From extends ServiceState, To extends NextState<From>> = readonly [from: From, to: To];
