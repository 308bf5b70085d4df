import { ServiceError } from '../errors/service-error.ts';
import type { Clock } from '../util/clock.ts';
import { formatMs } from '../util/duration.ts';
import type { Deadline } from './deadline.ts';

/** Calls a handler and waits for it until its deadline. @throws ServiceError HANDLER_TIMEOUT, or the error of the handler. */
export function callHandler(
  clock: Clock,
  name: string,
  deadline: Deadline,
  handler: () => unknown,
  advice = 'Raise its timeout, or call ctx.requestTime().',
): Promise<unknown> {
  const began = clock.now();
  return deadline.race(handler, () => {
    const took = formatMs(clock.now() - began);
    return new ServiceError('HANDLER_TIMEOUT', `The ${name} handler was not done after ${took}. ${advice}`, {
      details: { handler: name },
    });
  });
}
