import { fetchCause, parseRetryAfter, readStart } from '../../util/http-answer.ts';

/** HTTP request of a notifier. */
export interface NotifierRequest {
  /** Name of the receiver in errors: `'the webhook'`. */
  readonly to: string;
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Longest answer that is read, in bytes. */
const MAX_ANSWER = 65_536;

/**
 * Posts a request, and returns the start of the answer. Errors name the host only: the rest of a URL often is a secret.
 *
 * @throws an error, with `retryAfterMs` where the server says when to try again
 */
export async function post({ to, url, headers, body }: NotifierRequest, signal: AbortSignal): Promise<string> {
  // A redirect would hand the message, and its signature, to another server.
  const init = { method: 'POST', headers, body, signal, redirect: 'error' } as const;
  const response = await fetch(url, init).catch((thrown: unknown) => {
    throw new Error(`${to} at ${url.host} cannot be reached: ${fetchCause(thrown)}`);
  });
  const { bytes } = await readStart(response, MAX_ANSWER);
  if (response.ok) return bytes.toString('utf8');
  const error = new Error(`${to} at ${url.host} refused the message: status ${response.status}`);
  const retryAfterMs = parseRetryAfter(response.headers.get('retry-after'), Date.now());
  throw retryAfterMs === undefined ? error : Object.assign(error, { retryAfterMs });
}
