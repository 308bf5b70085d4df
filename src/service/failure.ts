import { ServiceError } from '../errors/service-error.ts';
import { win32Code } from '../errors/win32-codes.ts';
import type { ExitCode } from '../scm/exit-code.ts';
import { toError } from '../util/to-error.ts';

/** A service that failed: why, and the code that STOPPED reports. It is never 0, or the SCM would see a clean stop. */
export interface Failure {
  readonly error: Error;
  readonly exit: ExitCode;
}

const EXCEPTION: ExitCode = { win32: win32Code('ERROR_EXCEPTION_IN_SERVICE') };
const TIMEOUT: ExitCode = { win32: win32Code('ERROR_SERVICE_REQUEST_TIMEOUT') };
const ABORTED: ExitCode = { win32: win32Code('ERROR_PROCESS_ABORTED') };

/** Something threw; a `ServiceError` of ours keeps its code, everything else is the `cause`. */
export function failureOf(thrown: unknown, exit: ExitCode | undefined): Failure {
  const error = toError(thrown);
  const timedOut = error instanceof ServiceError && error.code === 'HANDLER_TIMEOUT';
  return { error, exit: exit ?? (timedOut ? TIMEOUT : EXCEPTION) };
}

export function handlerFailure(handler: string, thrown: unknown): Failure {
  if (thrown instanceof ServiceError && thrown.code === 'HANDLER_TIMEOUT') return failureOf(thrown, undefined);
  const cause = toError(thrown);
  return failureOf(
    new ServiceError('HANDLER_FAILED', `The ${handler} handler failed: ${cause.message}`, {
      cause,
      details: { handler },
    }),
    undefined,
  );
}

export function uncaughtFailure(thrown: unknown): Failure {
  const message = `An error was caught by nobody: ${toError(thrown).message}`;
  return failureOf(new ServiceError('UNCAUGHT', message, { cause: thrown }), undefined);
}

/** Whether a program that was told to stop ends with this code: 0, or 128 and the number of SIGINT or SIGTERM. */
export function isExitOfSignal(code: number): boolean {
  return code === 0 || code === 130 || code === 143;
}

/**
 * The app called process.exit() while the service ran, or stopped. Its own code is kept where it has one.
 *
 * @param cutOff in a stop: the hooks that had no turn
 */
export function exitFailure(code: number, cutOff?: readonly string[]): Failure {
  const lost = cutOff?.length ? `; these shutdown hooks did not run: ${cutOff.join(', ')}` : '';
  const error = new ServiceError(
    'PROCESS_EXIT',
    cutOff
      ? `The app called process.exit(${code}) before its stop was done${lost}. Let the stop end by itself: the process ends after it.`
      : `The app called process.exit(${code}) while the service was running. Call ctx.fail(error) or service.stop() instead, so that the shutdown hooks run.`,
    {
      details: { code },
    },
  );
  return { error, exit: code === 0 ? ABORTED : { service: code >>> 0 } };
}
