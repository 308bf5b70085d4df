import { ApiError } from '../api/api-error.ts';
import type { AdminLimits } from '../options/admin-options.ts';

const encoder = new TextEncoder();

/** Makes the pieces of a stream until the signal aborts. */
export type StreamSource = (signal: AbortSignal) => AsyncIterable<string | Uint8Array>;

/** Open streams: counted, bounded, and ended with the admin. */
export class Streams {
  readonly #perToken: number;
  readonly #inAll: number;
  readonly #open = new Map<AbortController, string>();

  constructor({ streamsPerToken = 20, streams = 500 }: AdminLimits) {
    this.#perToken = streamsPerToken;
    this.#inAll = streams;
  }

  /**
   * Answers with a stream. It is read only as fast as the caller reads, and ends when the caller disconnects.
   *
   * @throws ApiError TOO_MANY_STREAMS
   */
  respond(principal: string, type: string, source: StreamSource): Response {
    const own = [...this.#open.values()].filter((other) => other === principal).length;
    if (own >= this.#perToken || this.#open.size >= this.#inAll)
      throw new ApiError('TOO_MANY_STREAMS', {
        detail: own >= this.#perToken ? `This credential has ${own} open streams.` : 'The server has no room for more.',
        headers: { 'Retry-After': '10' },
      });
    const abort = new AbortController();
    this.#open.set(abort, principal);
    const pieces = source(abort.signal)[Symbol.asyncIterator]();
    const end = (): void => {
      this.#open.delete(abort);
      abort.abort();
    };
    const body = new ReadableStream<Uint8Array>({
      async pull(controller) {
        try {
          const next = await pieces.next();
          if (next.done !== true) {
            controller.enqueue(typeof next.value === 'string' ? encoder.encode(next.value) : next.value);
            return;
          }
          end();
          controller.close();
        } catch (error) {
          end();
          controller.error(error);
        }
      },
      async cancel() {
        end();
        await pieces.return?.();
      },
    });
    // A proxy must not buffer the stream.
    return new Response(body, { headers: { 'Content-Type': type, 'X-Accel-Buffering': 'no' } });
  }

  /** Ends every stream. */
  close(): void {
    for (const abort of this.#open.keys()) abort.abort();
    this.#open.clear();
  }
}
