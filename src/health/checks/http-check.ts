import { toMs } from '../../util/duration.ts';
import type { Check } from '../check.ts';
import { checkCheck } from '../check-options.ts';
import { type HttpCheckOptions, httpShape } from './http-options.ts';
import { httpRequest } from './http-request.ts';
import { judgeHttp } from './judge-http.ts';

/**
 * Requests a URL. Checks the status and, where options ask for it, the body, headers, latency and certificate. Every run opens a
 * connection of its own, so that it tests what a new client meets.
 *
 * @throws ServiceError INVALID_OPTIONS
 * @example
 * httpCheck('https://orders.local/health', { body: { json: 'db.state', equals: 'up' }, slow: '500ms' })
 */
export function httpCheck(url: string | URL, options: HttpCheckOptions = {}): Check {
  checkCheck('httpCheck', httpShape, { ...options, url });
  const target = new URL(url);
  const slowMs = options.slow === undefined ? undefined : toMs(options.slow);
  return {
    name: options.name ?? `http ${target.host}${target.pathname}`,
    kind: 'http',
    options,
    async run({ signal, clock }) {
      const began = clock.now();
      const answer = await httpRequest(target, options, signal, began);
      return judgeHttp(answer, clock.now() - began, slowMs, options);
    },
  };
}
