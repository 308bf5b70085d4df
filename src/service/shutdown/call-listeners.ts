import type { AppListeners } from '../../host/process.ts';
import type { Deadline } from '../deadline.ts';

/**
 * Calls the app's SIGTERM listeners and waits for them until the deadline. Rejects with the first error.
 *
 * A service with a stop handler or hooks is done when they are (`hasWork`). A program that has only listeners ends by
 * itself: by process.exit(), or because nothing keeps its event loop alive.
 */
export async function callListeners(
  listeners: AppListeners,
  deadline: Deadline,
  hasWork: boolean,
): Promise<'done' | 'timeout'> {
  const { returned, allReturnPromises, idle } = listeners.call();
  const waitForIdle = !allReturnPromises && !hasWork;
  const late = new Promise<'timeout'>((resolve) => {
    const end = (): void => {
      resolve('timeout');
    };
    deadline.signal.addEventListener('abort', end, { once: true });
    if (deadline.passed) end();
  });
  const done = (waitForIdle ? Promise.all([returned, idle]) : returned).then(() => 'done' as const);
  return Promise.race([done, late]);
}
