import { ServiceError } from '../../errors/service-error.ts';
import { Win32Error } from '../../errors/win32-error.ts';

/** Makes the error of a StartServiceW that failed. `failure`: the error of the app, which becomes part of the message. */
export function startError(name: string, code: number, failure?: Error): Win32Error {
  const action = `start service "${name}"`;
  const hint = failure?.message;
  const error = new Win32Error({
    api: 'StartServiceW',
    win32Code: code,
    action,
    service: name,
    ...(hint !== undefined && { hint }),
  });
  if (failure) error.cause = thrownBy(failure);
  return error;
}

/** Finds the error that the app threw behind the one that the library reports. */
function thrownBy(failure: Error): unknown {
  const isWrapper =
    failure instanceof ServiceError && (failure.code === 'HANDLER_FAILED' || failure.code === 'UNCAUGHT');
  return isWrapper ? (failure.cause ?? failure) : failure;
}
