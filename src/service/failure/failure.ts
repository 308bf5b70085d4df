import { ServiceError } from '../../errors/service-error.ts';
import { win32Code, type Win32Symbol } from '../../errors/win32-codes.ts';
import type { UncaughtEvent } from '../../host/process.ts';
import type { ExitCode } from '../../scm/exit-code.ts';
import { toError } from '../../util/to-error.ts';

/** A failure of the service. Its exit code is never 0, or the SCM would take it for a clean stop. */
export interface Failure {
  readonly error: Error;
  /** Exit code for STOPPED. */
  readonly exit: ExitCode;
  /** True when the app chose the exit code. Such a code is reported after every kind of stop. */
  readonly chosen: boolean;
  /** Exit code of the process. Default 1. */
  readonly processCode?: number;
}

const exitWith = (symbol: Win32Symbol): ExitCode => ({ win32: win32Code(symbol) });

/** Creates the failure for a thrown value: 1053 for a timeout, otherwise 1064, unless the app chose a code. */
export function failureOf(thrown: unknown, exit?: ExitCode): Failure {
  const error = toError(thrown);
  const timedOut = error instanceof ServiceError && error.code === 'HANDLER_TIMEOUT';
  return {
    error,
    exit: exit ?? exitWith(timedOut ? 'ERROR_SERVICE_REQUEST_TIMEOUT' : 'ERROR_EXCEPTION_IN_SERVICE'),
    chosen: exit !== undefined,
  };
}

/** Creates the failure of a handler: `HANDLER_FAILED` with the thrown error as cause, or its `HANDLER_TIMEOUT`. */
export function handlerFailure(handler: string, thrown: unknown): Failure {
  if (thrown instanceof ServiceError && thrown.code === 'HANDLER_TIMEOUT') return failureOf(thrown);
  const cause = toError(thrown);
  const message = `The ${handler} handler failed: ${cause.message}`;
  return failureOf(new ServiceError('HANDLER_FAILED', message, { cause, details: { handler } }));
}

/** Creates the failure for an exception or rejection that the app didn't catch. */
export function uncaughtFailure(thrown: unknown): Failure {
  const message = `Uncaught error in the app: ${toError(thrown).message}`;
  return failureOf(new ServiceError('UNCAUGHT', message, { cause: thrown }));
}

/** Formats the warning of an error that the app didn't catch and that one of its listeners handles. */
export function handledWarning(thrown: unknown, event: UncaughtEvent): string {
  return `Uncaught error in the app: ${toError(thrown).message} (a listener of the app for "${event}" handles it; the service goes on)`;
}

/** Creates the failure of a SIGTERM listener. */
export function listenerFailure(thrown: unknown): Failure {
  const message = `A SIGTERM listener failed: ${toError(thrown).message}`;
  return failureOf(new ServiceError('UNCAUGHT', message, { cause: thrown }));
}

/** Returns whether a program that was asked to stop ends with this code: 0, or 128 plus the number of SIGINT or SIGTERM. */
export function isExitOfSignal(code: number): boolean {
  return code === 0 || code === 130 || code === 143;
}

/** End of the process by the app. */
export interface AppExit {
  readonly code: number;
  readonly by: 'process.exit' | 'process.exitCode';
  readonly during: 'start' | 'run' | 'stop';
  /** Names of the shutdown hooks that didn't run. */
  readonly lost?: readonly string[];
}

/** Creates the failure of an app that ends the process, or sets its exit code. Keeps a code other than 0. */
export function exitFailure({ code, by, during, lost = [] }: AppExit): Failure {
  const hooks = lost.length > 0 ? `; these shutdown hooks did not run: ${lost.join(', ')}` : '';
  const message =
    by === 'process.exitCode'
      ? `The app set process.exitCode to ${code}.`
      : `The app called process.exit(${code}) ${DURING[during]}${hooks}. ${ADVICE[during]}`;
  return {
    error: new ServiceError('PROCESS_EXIT', message, { details: { code } }),
    exit: code === 0 ? exitWith('ERROR_PROCESS_ABORTED') : { service: code >>> 0 },
    chosen: code !== 0,
    processCode: code || 1,
  };
}

const DURING = {
  start: 'while the service was starting',
  run: 'while the service was running',
  stop: 'before its stop was done',
} as const;
const END_INSIDE = 'Call ctx.fail(error) or service.stop() instead, so that the shutdown hooks run.';
const ADVICE = {
  start: 'Throw an error in start instead, so that the log has the cause.',
  run: END_INSIDE,
  stop: 'Let the stop end by itself: the process ends after it.',
} as const;
