import { type Clock, timeOfDay } from '../../util/clock.ts';

/** Facts that tell one event from another. */
export interface EventMark {
  readonly id: number;
  readonly source: string;
  readonly recordId?: number | undefined;
  readonly time?: Date | undefined;
}

/** Number of remembered events, to recognize those that are read again. */
const REMEMBERED = 1_000;

/**
 * Place to begin again after the event log could not be read: no event that was written meanwhile is missed, and none
 * counts twice.
 */
export class EventResume {
  readonly #clock: Clock;
  readonly #seen = new Set<string>();
  #since: number;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#since = timeOfDay(clock);
  }

  /**
   * Time to read from: that of the last event, or of the start. Not ahead of the clock, which may have been set back.
   */
  get since(): Date {
    return new Date(Math.min(this.#since, timeOfDay(this.#clock)));
  }

  /** Remembers an event. Returns `false` for one that was there before. */
  add(event: EventMark): boolean {
    const time = event.time?.getTime() ?? timeOfDay(this.#clock);
    this.#since = time;
    if (event.recordId === undefined && event.time === undefined) return true;
    const key = `${event.recordId ?? ''} ${time} ${event.id} ${event.source}`;
    if (this.#seen.has(key)) return false;
    this.#seen.add(key);
    const [oldest] = this.#seen;
    if (this.#seen.size > REMEMBERED && oldest !== undefined) this.#seen.delete(oldest);
    return true;
  }
}
