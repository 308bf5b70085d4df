import type { UncaughtWatcher } from '../../host/process.ts';

type Listener = (...args: never[]) => unknown;

/**
 * Watches for errors that the app didn't catch, and finds the listener of the app that handles one. Node goes on after an
 * error that a listener of `uncaughtException` or `unhandledRejection` received, and so does the service.
 *
 * A listener of winsvc for `unhandledRejection` would keep Node from raising the rejection as an exception, so it is there
 * only beside one of the app. Those of winsvc run first, so that the error is logged also when the app's listener ends the
 * process.
 *
 * Source: https://nodejs.org/api/process.html#event-uncaughtexception
 */
export function watchUncaught(fn: UncaughtWatcher): () => void {
  const onException = (error: unknown): void => {
    const handled = process.listeners('uncaughtException').some((one) => one !== onException && isHandler(one));
    fn(error, handled ? 'uncaughtException' : undefined);
  };
  const onRejection = (reason: unknown): void => {
    fn(reason, 'unhandledRejection');
  };
  const added = (event: string | symbol, listener: Listener): void => {
    if (event !== 'unhandledRejection' || listener === onRejection) return;
    if (!process.listeners('unhandledRejection').includes(onRejection))
      process.prependListener('unhandledRejection', onRejection);
  };
  const removed = (event: string | symbol): void => {
    if (event !== 'unhandledRejection') return;
    if (process.listeners('unhandledRejection').every((one) => one === onRejection))
      process.off('unhandledRejection', onRejection);
  };
  // Rejections come as exceptions, with Node's default --unhandled-rejections=throw.
  process.prependListener('uncaughtException', onException);
  process.on('newListener', added);
  process.on('removeListener', removed);
  if (process.listenerCount('unhandledRejection') > 0) process.prependListener('unhandledRejection', onRejection);
  return () => {
    process.off('uncaughtException', onException);
    process.off('newListener', added);
    process.off('removeListener', removed);
    process.off('unhandledRejection', onRejection);
  };
}

/**
 * Returns whether a listener handles errors. Some only observe them: that of `node:domain`, and those that error
 * trackers mark (Sentry), which leave the end of the process to other listeners.
 */
function isHandler(listener: Listener): boolean {
  const { _errorHandler: marked, tag } = listener as { readonly _errorHandler?: unknown; readonly tag?: unknown };
  return listener.name !== 'domainUncaughtExceptionClear' && marked !== true && tag !== 'sentry_tracingErrorCallback';
}
