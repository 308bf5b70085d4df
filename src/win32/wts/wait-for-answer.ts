import { startThread } from '../start-thread.ts';
import { ServiceError } from '../../errors/service-error.ts';
import type { MessageAnswer, UserMessage } from '../../scm/sessions.ts';
import type { DllOverrides } from '../bind-table.ts';
import { messageError } from './message-box.ts';

/** Result of a message thread. */
export type MessageOutcome = { readonly answer: MessageAnswer } | { readonly win32Code: number };

/** Number of threads that are inside WTSSendMessageW. */
let waiting = 0;
let endProcess: (() => void) | undefined;

/**
 * Shows a message and waits for the answer on a thread of its own, so that neither the event loop nor a thread of the
 * pool is blocked for the minutes that a user may need.
 *
 * Such a thread can't be ended from outside, and the end of the process would wait for the user: then `end` is called,
 * last, to end the process at once.
 */
export function waitForAnswer(
  sessionId: number,
  message: UserMessage,
  signal: AbortSignal | undefined,
  end: () => void,
  dlls: DllOverrides = {},
): Promise<MessageAnswer> {
  return new Promise((resolve, reject) => {
    const worker = startThread('message-thread.cjs', 'winsvc-message', { workerData: { sessionId, message, dlls } });
    began(end);
    const aborted = (): void => {
      // The wait is over; the box stays.
      worker.unref();
      reject(signal?.reason as Error);
    };
    signal?.addEventListener('abort', aborted, { once: true });
    worker.on('message', (outcome: MessageOutcome) => {
      if ('answer' in outcome) resolve(outcome.answer);
      else reject(messageError(sessionId, outcome.win32Code));
    });
    worker.on('error', reject);
    worker.on('exit', () => {
      ended();
      signal?.removeEventListener('abort', aborted);
      reject(new ServiceError('HOST_LOST', 'The thread that waits for the answer to a message ended without one.'));
    });
  });
}

const onExit = (): void => {
  endProcess?.();
};

function began(end: () => void): void {
  endProcess = end;
  waiting += 1;
  if (waiting === 1) process.on('exit', onExit);
}

function ended(): void {
  waiting -= 1;
  if (waiting === 0) process.off('exit', onExit);
}
