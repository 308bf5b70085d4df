import { createTimerGroup, type TimerGroup } from '../util/timer-group.ts';
import { type Clock, notAhead, timeOfDay } from '../util/clock.ts';
import type { Beat, RefusedWhy } from './beat.ts';
import { type DetectorOptions, patienceMs } from './detector.ts';
import { createPayloadBudget } from './payload.ts';
import { type SenderRecord, takeBeat } from './sender-state.ts';

export interface SenderRegistryOptions {
  readonly clock: Clock;
  readonly detector: DetectorOptions;
  readonly replayWindowMs: number;
  readonly maxSenders: number;
  readonly allow: (id: string) => boolean;
  changed(record: SenderRecord, before: SenderRecord | undefined): void;
}

/** All senders, and the time at which each is lost. A heartbeat costs the same however many there are. */
export class SenderRegistry {
  readonly #options: SenderRegistryOptions;
  readonly #records = new Map<string, SenderRecord>();
  readonly #deadlines = new Map<string, () => void>();
  readonly #budget = createPayloadBudget();
  readonly #timers: TimerGroup;

  constructor(options: SenderRegistryOptions) {
    this.#options = options;
    // A precision of 50 ms is enough, and saves wake-ups.
    this.#timers = createTimerGroup(options.clock);
  }

  get(id: string): SenderRecord | undefined {
    return this.#records.get(id);
  }

  all(): readonly SenderRecord[] {
    return [...this.#records.values()];
  }

  take(beat: Beat): RefusedWhy | undefined {
    const { clock, replayWindowMs, maxSenders, allow } = this.#options;
    const known = this.#records.get(beat.id);
    if (!allow(beat.id)) return 'unknownSender';
    if (!known && this.#records.size >= maxSenders) return 'tooMany';
    const taken = takeBeat(known, beat, { now: timeOfDay(clock), monotonic: clock.now(), replayWindowMs });
    if ('refused' in taken) return taken.refused;
    const record = this.#budget.keep(beat.id, beat.size ?? 0) ? taken.record : { ...taken.record, payload: undefined };
    this.#put(record);
    this.#options.changed(record, known);
    return undefined;
  }

  /** Restores the records of an earlier process of the receiver. The time without a receiver doesn't count as silence. */
  restore(records: readonly SenderRecord[]): void {
    for (const record of records) {
      if (this.#records.has(record.id)) continue;
      const now = timeOfDay(this.#options.clock);
      const payload = this.#budget.keep(
        record.id,
        record.payload === undefined ? 0 : JSON.stringify(record.payload).length,
      )
        ? record.payload
        : undefined;
      this.#put({ ...record, payload, lastAt: notAhead(record.lastAt, now), sentAt: notAhead(record.sentAt, now) });
    }
  }

  /** @returns whether it was known */
  forget(id: string): boolean {
    this.#deadlines.get(id)?.();
    this.#deadlines.delete(id);
    this.#budget.keep(id, 0);
    return this.#records.delete(id);
  }

  clear(): void {
    this.#timers.clear();
    this.#deadlines.clear();
  }

  #put(record: SenderRecord): void {
    this.#records.set(record.id, record);
    this.#deadlines.get(record.id)?.();
    this.#deadlines.delete(record.id);
    if (record.state !== 'alive') return;
    const patience = patienceMs(record.rhythm, this.#options.detector);
    this.#deadlines.set(
      record.id,
      this.#timers.setTimeout(() => {
        this.#lost(record);
      }, patience),
    );
  }

  #lost(record: SenderRecord): void {
    const lost = { ...record, state: 'lost' } as const;
    this.#records.set(record.id, lost);
    this.#deadlines.delete(record.id);
    this.#options.changed(lost, record);
  }
}
