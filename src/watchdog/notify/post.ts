import { toError } from '../../util/to-error.ts';

/** HTTP request of a notifier. */
export interface NotifierRequest {
  /** What is at the URL, in errors: `'the webhook'`. */
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
    throw new Error(`${to} at ${url.host} cannot be reached: ${causeOf(thrown)}`);
  });
  const answer = await readStart(response);
  if (response.ok) return answer;
  const error = new Error(`${to} at ${url.host} refused the message: status ${response.status}`);
  const retryAfterMs = parseRetryAfter(response.headers.get('retry-after'), Date.now());
  throw retryAfterMs === undefined ? error : Object.assign(error, { retryAfterMs });
}

/**
 * Milliseconds of a Retry-After header: a number of seconds, or a date.
 *
 * Source: https://www.rfc-editor.org/rfc/rfc9110#field.retry-after
 */
export function parseRetryAfter(header: string | null, now: number): number | undefined {
  if (header === null) return undefined;
  if (/^\s*\d+(?:\.\d+)?\s*$/.test(header)) return Number(header) * 1_000;
  const at = Date.parse(header);
  return Number.isNaN(at) ? undefined : Math.max(0, at - now);
}

async function readStart(response: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  const body = response.body as AsyncIterable<Uint8Array> | null;
  for await (const chunk of body ?? []) {
    chunks.push(chunk);
    size += chunk.length;
    // Leaving the loop ends the connection.
    if (size > MAX_ANSWER) break;
  }
  return Buffer.concat(chunks).toString('utf8');
}

function causeOf(thrown: unknown): string {
  const error = toError(thrown);
  return error.cause instanceof Error ? error.cause.message : error.message;
}
