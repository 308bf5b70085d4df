import { randomBytes } from 'node:crypto';
import type { Clock } from '../../util/clock.ts';
import { AsyncQueue } from '../../util/async-queue.ts';

/** An event of the stream, ready to be sent. */
export interface HubEvent {
  readonly sequence: number;
  /** Service that it is about: callers that may not see it don't receive the event. `undefined`: for everyone. */
  readonly service: string | undefined;
  /** In the form of server-sent events, as UTF-8, encoded once for all listeners. */
  readonly bytes: Uint8Array;
}

const encoder = new TextEncoder();

/** One listener of the hub. */
export interface HubSubscription {
  /** Returns the next event; `undefined` when there was none within `ms`, or the subscription ended. */
  next(ms: number): Promise<HubEvent | undefined>;
  /** `true` while more can come. It ends when the listener is too slow. */
  readonly live: boolean;
  /** `true` when events after the listener's last id are lost: it must read everything again. */
  readonly missed: boolean;
  close(): void;
}

/** Number of events kept for a listener that connects again. */
const KEPT = 1_000;
/** Number of events that may wait for a listener. */
const MAX_WAITING = 2_000;

/** Sends events to every listener, and keeps the last ones for those that connect again (Last-Event-ID). */
export class EventHub {
  readonly #clock: Clock;
  /** Distinguishes the ids of this process from those of an earlier one. */
  readonly #life = randomBytes(4).toString('hex');
  readonly #listeners = new Map<(event: HubEvent) => void, () => void>();
  readonly #audience: (listening: boolean) => void;
  #kept: HubEvent[] = [];
  #sequence = 0;

  /** @param audience called when the first listener subscribes and after the last one has ended */
  constructor(clock: Clock, audience: (listening: boolean) => void) {
    this.#clock = clock;
    this.#audience = audience;
  }

  /** Sends an event, encoded once for all listeners. */
  publish(type: string, service: string | undefined, data: unknown): void {
    const sequence = ++this.#sequence;
    const bytes = encoder.encode(`id: ${this.#life}-${sequence}\nevent: ${type}\ndata: ${JSON.stringify(data)}\n\n`);
    const event = { sequence, service, bytes };
    this.#kept.push(event);
    if (this.#kept.length > KEPT * 2) this.#kept = this.#kept.slice(-KEPT);
    for (const listener of this.#listeners.keys()) listener(event);
  }

  /** Adds a listener. @param lastId id of the last event that it received */
  subscribe(lastId: string | undefined): HubSubscription {
    const feed = new AsyncQueue<HubEvent>((fn, ms) => this.#clock.setTimeout(fn, ms));
    let waiting = 0;
    const listener = (event: HubEvent): void => {
      waiting += 1;
      if (waiting > MAX_WAITING) close();
      else feed.push(event);
    };
    const close = (): void => {
      feed.end();
      if (this.#listeners.delete(listener) && this.#listeners.size === 0) this.#audience(false);
    };
    const after = this.#sequenceOf(lastId);
    const first = this.#kept[0]?.sequence ?? this.#sequence + 1;
    for (const event of this.#kept) if (after !== undefined && event.sequence > after) listener(event);
    this.#listeners.set(listener, close);
    if (this.#listeners.size === 1) this.#audience(true);
    return {
      async next(ms) {
        const event = await feed.next(ms);
        if (event) waiting -= 1;
        return event;
      },
      get live() {
        return feed.live;
      },
      missed: lastId !== undefined && (after === undefined || after + 1 < first),
      close,
    };
  }

  /** Ends every subscription. */
  close(): void {
    for (const close of [...this.#listeners.values()]) close();
  }

  #sequenceOf(id: string | undefined): number | undefined {
    const [, life, sequence] = /^([\da-f]{8})-(\d{1,15})$/.exec(id ?? '') ?? [];
    return life === this.#life ? Number(sequence) : undefined;
  }
}
