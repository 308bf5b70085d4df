import type { StopContext } from '../service/context/context.ts';
import { sendRequest } from './send-request.ts';

/** Share of the stop that the request may take. */
const SHARE = 0.5;

/** Sends the request that makes a program stop or drain. A failure is a warning: the stop goes on without it. */
export async function sendStopRequest(
  { url, method = 'POST' }: { readonly url: string; readonly method?: string },
  ctx: Pick<StopContext, 'signal' | 'timeLeft' | 'log'>,
): Promise<void> {
  try {
    const signal = AbortSignal.any([ctx.signal, AbortSignal.timeout(Math.max(0, Math.floor(ctx.timeLeft * SHARE)))]);
    const status = await sendRequest(url, method, signal);
    if (status >= 400) ctx.log.warn(`The stop request ${method} ${url} was answered with status ${status}.`);
  } catch (error) {
    ctx.log.warn(`The stop request ${method} ${url} failed.`, error as Error);
  }
}
