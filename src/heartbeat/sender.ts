import { randomBytes } from 'node:crypto';
import { EventEmitter } from 'eventemitter3';
import { ServiceError } from '../errors/service-error.ts';
import { backoffMs } from '../util/backoff.ts';
import { type Clock, systemClock, timeOfDay } from '../util/clock.ts';
import { formatMs, toMs } from '../util/duration.ts';
import { toError } from '../util/to-error.ts';
import { audienceOf } from './audience.ts';
import { encodeBeat } from './codec.ts';
import { checkPayload } from './payload.ts';
import { checkSenderOptions, type HeartbeatSenderOptions } from './sender-options.ts';
import { HeartbeatRefusal, type Transport } from './transports/send.ts';

/** Events of a {@link HeartbeatSender}. */
export interface HeartbeatSenderEvents {
  /** The receiver accepted a heartbeat. */
  sent: (seq: number) => void;
  /** An attempt failed; the next one follows. */
  failed: (error: Error, attempt: number) => void;
  /** `sendIf` returned `false`. */
  withheld: () => void;
  /** `payload` threw, or gave something too large, too deep or without JSON. The heartbeat was sent without it. */
  payloadFailed: (error: Error) => void;
}

/** Sends heartbeats. Create it with `createHeartbeatSender`. */
export class HeartbeatSender extends EventEmitter<HeartbeatSenderEvents> {
  readonly #options: HeartbeatSenderOptions;
  readonly #clock: Clock;
  readonly #boot = randomBytes(8).toString('hex');
  #transport: Promise<Transport> | undefined;
  #seq = 0;
  #attempt = 0;
  #cancel: (() => void) | undefined;
  #sending: Promise<void> = Promise.resolve();
  #life: 'new' | 'running' | 'closed' = 'new';

  /** @internal */
  constructor(options: HeartbeatSenderOptions) {
    super();
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
  }

  /** Sends the first heartbeat now, and the others in their interval. @throws ServiceError CLOSED after a stop */
  start(): void {
    if (this.#life === 'closed') throw new ServiceError('CLOSED', 'The heartbeat sender was stopped.');
    if (this.#life === 'running') return;
    this.#life = 'running';
    this.#schedule(0);
  }

  /**
   * Sends a last heartbeat that marks the end, so that the receiver doesn't report this sender as lost, and closes.
   * Does nothing the second time.
   */
  async stop(): Promise<void> {
    if (this.#life === 'closed') return;
    const wasRunning = this.#life === 'running';
    this.#life = 'closed';
    this.#cancel?.();
    await this.#sending;
    // One attempt: a missing receiver must not delay the end.
    if (wasRunning) await this.#send(true).catch(() => undefined);
    (await this.#transport?.catch(() => undefined))?.close();
  }
  /** Same as `stop`, for `await using`. */

  [Symbol.asyncDispose](): Promise<void> {
    return this.stop();
  }

  #schedule(ms: number): void {
    this.#cancel = this.#clock.setTimeout(() => {
      this.#sending = this.#beat();
    }, ms);
  }

  async #beat(): Promise<void> {
    const intervalMs = toMs(this.#options.interval ?? '5s');
    const began = this.#clock.now();
    let waitMs: number;
    try {
      if (this.#options.sendIf?.() === false) {
        this.emit('withheld');
        if (this.#life === 'running') this.#schedule(intervalMs);
        return;
      }
      await this.#send(false);
      this.#attempt = 0;
      waitMs = Math.max(0, began + intervalMs - this.#clock.now());
      this.emit('sent', this.#seq);
    } catch (thrown) {
      const error = toError(thrown);
      this.#attempt += 1;
      const { base = 200, max = '30s' } = this.#options.retry ?? {};
      // A receiver that refuses will refuse again: the next heartbeat follows in its interval.
      const refused = error instanceof HeartbeatRefusal;
      waitMs = refused ? intervalMs : backoffMs(this.#attempt, toMs(base), toMs(max), this.#options.random);
      this.emit('failed', error, this.#attempt);
    }
    if (this.#life === 'running') this.#schedule(waitMs);
  }

  /**
   * Every attempt is a new heartbeat with a new number: otherwise one whose answer was lost would count as a replay.
   */
  async #send(end: boolean): Promise<void> {
    const { id, key, to, receiver = audienceOf(to), timeout = '2s' } = this.#options;
    const late = new AbortController();
    const timeoutMs = toMs(timeout);
    const cancel = this.#clock.setTimeout(() => {
      late.abort(new Error(`the receiver did not answer within ${formatMs(timeoutMs)}`));
    }, timeoutMs);
    try {
      this.#transport ??= openTransport(this.#options);
      const transport = await this.#transport;
      this.#seq += 1;
      const beat = {
        id,
        boot: this.#boot,
        seq: this.#seq,
        time: Math.round(timeOfDay(this.#clock)),
        pid: process.pid,
        end,
        to: receiver,
        payload: this.#payload(),
      };
      // A disk or a share can hang although the signal is aborted.
      await Promise.race([transport.send(encodeBeat(beat, key), late.signal), aborted(late.signal)]);
    } catch (error) {
      throw late.signal.aborted ? late.signal.reason : error;
    } finally {
      cancel();
    }
  }

  /** A payload that can't be sent must not make a live sender lost. */
  #payload(): unknown {
    try {
      return checkPayload(this.#options.payload?.());
    } catch (thrown) {
      const error = toError(thrown);
      this.emit('payloadFailed', new Error(`the payload cannot be sent: ${error.message}`, { cause: error }));
      return undefined;
    }
  }
}

function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener('abort', () => {
      reject(signal.reason as Error);
    });
  });
}

/** Each transport is loaded only where it is used. */
async function openTransport({ to, id }: HeartbeatSenderOptions): Promise<Transport> {
  if ('url' in to) return (await import('./transports/http-sender.ts')).httpTransport(new URL(to.url));
  if ('pipe' in to) return (await import('./transports/pipe-sender.ts')).pipeTransport(to.pipe);
  return (await import('./transports/file-sender.ts')).fileTransport(to.folder, id);
}

/**
 * Sends heartbeats over HTTP, a named pipe or a file. Nothing is sent until `start`.
 *
 * @throws ServiceError INVALID_OPTIONS
 * @example
 * const heart = createHeartbeatSender({ id: 'orders', to: { url: 'http://127.0.0.1:9200/heartbeat' }, key });
 * heart.start();
 * ctx.onShutdown('heartbeat', () => heart.stop());
 */
export function createHeartbeatSender(options: HeartbeatSenderOptions): HeartbeatSender {
  checkSenderOptions(options);
  return new HeartbeatSender(options);
}
