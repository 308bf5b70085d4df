import type { Clock } from '../../util/clock.ts';
import { formatMs } from '../../util/duration.ts';
import { toError } from '../../util/to-error.ts';
import { toResult } from './to-result.ts';
import { type Check, type CheckResult, fail } from '../check.ts';

export interface CheckRun {
  readonly result: Promise<CheckResult>;
  /** Settles when the check itself has: after the result, where it went on past its timeout. */
  readonly settled: Promise<void>;
}

/**
 * Runs a check once. The result comes within the timeout, whatever the check does: one that ignores its signal is left
 * to itself, which `settled` tells.
 */
export function runCheck(check: Check, timeoutMs: number, clock: Clock, stopped: AbortSignal): CheckRun {
  const timeout = new AbortController();
  const late = fail(`no answer within ${formatMs(timeoutMs)}`);
  let cancelTimer = (): void => undefined;
  let release = (): void => undefined;

  const cut = new Promise<CheckResult>((resolve) => {
    const stop = (): void => {
      resolve(fail('health was stopped'));
      timeout.abort(stopped.reason);
    };
    cancelTimer = clock.setTimeout(() => {
      resolve(late);
      timeout.abort(new DOMException(late.message, 'TimeoutError'));
    }, timeoutMs);
    stopped.addEventListener('abort', stop);
    release = () => {
      stopped.removeEventListener('abort', stop);
    };
  });
  const own = attempt(check, { signal: timeout.signal, timeoutMs, clock });
  const result = Promise.race([own, cut]).finally(() => {
    cancelTimer();
    release();
  });
  return { result, settled: own.then(() => undefined) };
}

async function attempt(check: Check, context: Parameters<Check['run']>[0]): Promise<CheckResult> {
  try {
    return toResult(await check.run(context));
  } catch (thrown) {
    return fail(messageOf(toError(thrown)));
  }
}

/** Node gives a connection that failed on every address of a name an AggregateError without a message. */
function messageOf(error: Error): string {
  if (error.message) return error.message;
  if (error instanceof AggregateError && error.errors.length > 0) return messageOf(toError(error.errors[0]));
  const { code, name } = error as NodeJS.ErrnoException;
  return typeof code === 'string' ? code : name;
}
