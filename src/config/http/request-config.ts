import { MAX_TEXT_BYTES, TOO_LONG } from '../../util/structured-text/bounds.ts';
import { systemClock } from '../../util/clock.ts';
import { decodeText } from '../../util/structured-text/decode-text.ts';
import { fetchCause, parseRetryAfter, readStart } from '../../util/http-answer.ts';
import { HEADER_VALUE } from '../../util/option-types.ts';
import { withTimeLimit } from '../../util/time-limit.ts';
import type { HttpAnswer, HttpLayerOptions, HttpQuery } from './http-layer-options.ts';

/** Failure of a request, with the time at which the server wants the next one. */
export class RequestFailure extends Error {
  readonly retryAfterMs: number | undefined;

  constructor(message: string, retryAfterMs?: number) {
    super(message);
    this.name = 'RequestFailure';
    this.retryAfterMs = retryAfterMs;
  }
}

/** Longest Retry-After that is followed, in milliseconds. */
const MAX_RETRY_AFTER_MS = 3_600_000;

/**
 * Requests a configuration. Returns `undefined` for 304: it is the one of the last answer. Never follows a redirect,
 * which could hand the headers to another server.
 *
 * @param last last answer; its ETag makes the request conditional
 * @throws RequestFailure, without the path of the URL and the headers; the reason of `stopped`
 */
export async function requestConfig(
  { url, headers = {} }: Pick<HttpLayerOptions, 'url' | 'headers'>,
  {
    last,
    query = {},
    timeoutMs,
    stopped,
  }: {
    readonly last: HttpAnswer | undefined;
    readonly query?: HttpQuery | undefined;
    readonly timeoutMs: number;
    readonly stopped: AbortSignal;
  },
): Promise<HttpAnswer | undefined> {
  const limit = { what: 'the answer', timeoutMs, clock: systemClock, stopped };
  return withTimeLimit(limit, async (signal) => {
    const own = typeof headers === 'function' ? await headers() : headers;
    const etag = query.url === undefined ? last?.headers.get('etag') : undefined;
    const all = { ...own, ...(etag && { 'If-None-Match': etag }), ...query.headers };
    for (const [name, value] of Object.entries(all)) {
      // The error of `fetch` would quote it.
      if (!HEADER_VALUE.test(value))
        throw new RequestFailure(`the header ${name} has a character that HTTP does not allow`);
    }
    const { method = 'GET', body } = query;
    const init = { method, headers: all, signal, redirect: 'manual', ...(body !== undefined && { body }) } as const;
    const response = await fetch(query.url ?? url, init).catch((thrown: unknown) => {
      throw new RequestFailure(fetchCause(thrown));
    });
    return readAnswer(response);
  });
}

async function readAnswer(response: Response): Promise<HttpAnswer | undefined> {
  const { status, headers } = response;
  if (status === 304 || !response.ok) void response.body?.cancel().catch(() => undefined);
  if (status === 304) return undefined;
  if (status >= 300 && status < 400)
    throw new RequestFailure(`it answered ${status}, a redirect: use its target as the URL`);
  if (!response.ok) {
    const retryAfterMs = parseRetryAfter(headers.get('retry-after'), Date.now());
    throw new RequestFailure(`it answered ${status}`, retryAfterMs && Math.min(retryAfterMs, MAX_RETRY_AFTER_MS));
  }
  if (Number(headers.get('content-length')) > MAX_TEXT_BYTES) {
    void response.body?.cancel().catch(() => undefined);
    throw new RequestFailure(`its answer ${TOO_LONG}`);
  }
  const { bytes, whole } = await readStart(response, MAX_TEXT_BYTES).catch((thrown: unknown) => {
    throw new RequestFailure(`its answer ended early: ${fetchCause(thrown)}`);
  });
  if (!whole) throw new RequestFailure(`its answer ${TOO_LONG}`);
  const decoded = decodeText(bytes);
  if ('problem' in decoded) throw new RequestFailure(`its answer ${decoded.problem.split(':')[0] ?? ''}`);
  return { status, headers, body: decoded.text };
}
