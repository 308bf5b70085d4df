import { backoffCeilingMs } from '../../util/backoff.ts';
import type { Clock } from '../../util/clock.ts';
import { toMs } from '../../util/duration.ts';
import { pause } from '../../util/pause.ts';
import { toError } from '../../util/to-error.ts';
import type { HttpAnswer, HttpLayerOptions, HttpLongPoll } from './http-layer-options.ts';
import { requestConfig, RequestFailure } from './request-config.ts';

/** Longest time between two attempts while the server is away, in milliseconds. */
const MAX_BACKOFF_MS = 300_000;

/** Requests of one server: single ones, and those of a watch. Keeps the last answer and the last failure. */
export class HttpSource {
  readonly #options: HttpLayerOptions;
  readonly #timeoutMs: number;
  readonly #everyMs: number;
  readonly #longPoll: HttpLongPoll | undefined;
  #last: HttpAnswer | undefined;
  #failure: Error | undefined;
  /** Failures in a row. */
  #failures = 0;
  /** The watch has requested already what the next read asks for. */
  #isFresh = false;

  constructor(options: HttpLayerOptions) {
    const { longPoll = false } = options;
    this.#options = options;
    this.#timeoutMs = toMs(options.timeout ?? '10s');
    this.#everyMs = toMs(options.every ?? (longPoll === false ? '1m' : '1s'));
    this.#longPoll = longPoll === false ? undefined : longPoll === true ? {} : longPoll;
  }

  /** Uses an earlier answer for conditional requests. */
  begin(answer: HttpAnswer | undefined): void {
    this.#last ??= answer;
  }

  /** Returns the present answer, or the reason why there is none. */
  async read(): Promise<{ readonly answer: HttpAnswer } | { readonly failure: Error }> {
    if (!this.#isFresh) await this.#request(undefined, new AbortController().signal);
    this.#isFresh = false;
    if (this.#failure || !this.#last)
      return { failure: this.#failure ?? new Error('it answered 304 to a first request') };
    return { answer: this.#last };
  }

  /** Calls back when the answer changed, or the server went away or came back, until the signal aborts. */
  async watch(changed: () => void, clock: Clock, stopped: AbortSignal): Promise<void> {
    for (;;) {
      await pause(this.#delayMs(), clock, stopped);
      if (stopped.aborted) return;
      const before = this.#outcome();
      await this.#poll(stopped);
      // `aborted` again: it may have been closed during the request.
      if ((stopped as { readonly aborted: boolean }).aborted) return;
      if (this.#outcome() === before) continue;
      this.#isFresh = true;
      changed();
    }
  }

  #outcome(): string {
    return this.#failure ? `failure ${this.#failure.message}` : `answer ${this.#last?.body ?? ''}`;
  }

  async #poll(stopped: AbortSignal): Promise<void> {
    const longPoll = this.#failures === 0 && this.#last ? this.#longPoll : undefined;
    if (longPoll?.changed) {
      const answer = await this.#request(longPoll, stopped);
      if (!answer || !longPoll.changed(answer)) return;
    }
    await this.#request(longPoll?.changed ? undefined : longPoll, stopped);
  }

  /** Never rejects. An answer that only says whether something changed isn't kept. */
  async #request(longPoll: HttpLongPoll | undefined, stopped: AbortSignal): Promise<HttpAnswer | undefined> {
    const last = this.#last;
    const waitMs = longPoll ? toMs(longPoll.wait ?? '1m') : 0;
    try {
      const query =
        longPoll && last && (longPoll.request?.(last) ?? { headers: { Prefer: `wait=${Math.ceil(waitMs / 1_000)}` } });
      const timeoutMs = this.#timeoutMs + waitMs;
      const answer = await requestConfig(this.#options, { last, query, timeoutMs, stopped });
      if (answer && !longPoll?.changed) this.#last = answer;
      this.#failure = undefined;
      this.#failures = 0;
      return answer;
    } catch (thrown) {
      this.#failure = toError(thrown);
      this.#failures += 1;
      return undefined;
    }
  }

  /** Each interval is spread by a tenth, so that many services don't ask at once. */
  #delayMs(): number {
    const random = (this.#options.random ?? Math.random)();
    if (this.#failures === 0) return this.#everyMs * (1 + random / 10);
    const { retryAfterMs } = this.#failure instanceof RequestFailure ? this.#failure : { retryAfterMs: undefined };
    const first = 2 * this.#everyMs;
    const ceiling = backoffCeilingMs(this.#failures, first, Math.max(first, MAX_BACKOFF_MS));
    return Math.max(retryAfterMs ?? 0, ceiling / 2 + (random * ceiling) / 2);
  }
}
