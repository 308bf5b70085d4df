import { toError } from './to-error.ts';

/** Start of the body of an answer, and whether it is all of it. Reading ends, and with it the connection, after `max` bytes. */
export async function readStart(
  response: Response,
  max: number,
): Promise<{ readonly bytes: Buffer; readonly whole: boolean }> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  const body = response.body as AsyncIterable<Uint8Array> | null;
  for await (const chunk of body ?? []) {
    chunks.push(chunk);
    size += chunk.length;
    // Leaving the loop ends the connection.
    if (size > max) return { bytes: Buffer.concat(chunks), whole: false };
  }
  return { bytes: Buffer.concat(chunks), whole: true };
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

/** Reason why a `fetch` failed: it hides the reason in `cause`. */
export function fetchCause(thrown: unknown): string {
  const error = toError(thrown);
  const { cause } = error;
  if (!(cause instanceof Error)) return error.message;
  // One error for each address of a name.
  if (cause.message === '' && cause instanceof AggregateError) return toError(cause.errors[0]).message;
  return cause.message || ((cause as NodeJS.ErrnoException).code ?? error.message);
}
