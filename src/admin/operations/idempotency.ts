import { createHash } from 'node:crypto';
import { ApiError } from '../api/api-error.ts';

interface Remembered {
  readonly fingerprint: string;
  readonly operation: string;
  readonly at: number;
}

const KEPT_MS = 86_400_000;
const KEPT = 2_000;

/**
 * Remembers the operation of each key, so that a repeated request doesn't act again.
 *
 * Source: https://datatracker.ietf.org/doc/draft-ietf-httpapi-idempotency-key-header/
 */
export class IdempotencyKeys {
  readonly #known = new Map<string, Remembered>();
  readonly #now: () => number;

  /** @param now milliseconds since the epoch */
  constructor(now: () => number) {
    this.#now = now;
  }

  /**
   * Returns the operation that the same request started before.
   *
   * @throws ApiError IDEMPOTENCY_KEY_REUSED for another request
   */
  find(caller: string, key: string, request: unknown): string | undefined {
    const known = this.#known.get(`${caller}\n${key}`);
    if (!known || known.at < this.#now() - KEPT_MS) return undefined;
    if (known.fingerprint !== fingerprint(request)) throw new ApiError('IDEMPOTENCY_KEY_REUSED');
    return known.operation;
  }

  /** Remembers which operation a request began. */
  remember(caller: string, key: string, request: unknown, operation: string): void {
    const oldest = this.#known.keys().next();
    if (this.#known.size >= KEPT && !oldest.done) this.#known.delete(oldest.value);
    this.#known.set(`${caller}\n${key}`, { fingerprint: fingerprint(request), operation, at: this.#now() });
  }
}

function fingerprint(request: unknown): string {
  return createHash('sha256').update(JSON.stringify(request)).digest('base64url');
}
