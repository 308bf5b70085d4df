import { randomBytes } from 'node:crypto';

/**
 * Uses the trace id of a request, or makes one.
 *
 * Source: https://www.w3.org/TR/trace-context/#traceparent-header
 */
export function traceIdOf(request: Request): string {
  const [, id] =
    /^(?!ff)[\da-f]{2}-([\da-f]{32})-[\da-f]{16}-[\da-f]{2}(?:-|$)/.exec(request.headers.get('traceparent') ?? '') ??
    [];
  return id === undefined || /^0+$/.test(id) ? randomBytes(16).toString('hex') : id;
}
