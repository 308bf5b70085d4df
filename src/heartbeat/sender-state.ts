import type { Beat, RefusedWhy } from './beat.ts';
import { NO_RHYTHM, type Rhythm, stepRhythm } from './detector.ts';

/** `alive` · `lost`: its heartbeats are overdue · `ended`: its `stop` was called. */
export type SenderState = 'alive' | 'lost' | 'ended';

/** State of one sender. Times of day in milliseconds since the epoch. */
export interface SenderRecord {
  readonly id: string;
  readonly state: SenderState;
  readonly boot: string;
  readonly seq: number;
  /** Time of day of the last heartbeat, by the receiver's clock. */
  readonly lastAt: number;
  /** Monotonic time of the last heartbeat; `undefined` when an earlier process of the receiver received it. */
  readonly heardAt: number | undefined;
  /** Time of day at which it was sent, by the sender's clock. */
  readonly sentAt: number;
  readonly pid: number;
  readonly payload: unknown;
  readonly received: number;
  /** Count of numbers that were never received. */
  readonly missed: number;
  /** Number of times that a new process continued under this id. */
  readonly restarts: number;
  readonly rhythm: Rhythm;
  /**
   * Highest number of each earlier process: a recorded heartbeat can't be sent again, also after a change of the
   * clocks.
   */
  readonly earlier: Readonly<Record<string, number>>;
  /** Two processes that send under this id; empty when one does. */
  readonly duplicates: readonly number[];
  /** Heartbeats in a row from the same process. */
  readonly calm: number;
}

/** The next record, or the reason why the heartbeat isn't accepted. */
export type Taken = { readonly record: SenderRecord } | { readonly refused: RefusedWhy };

/** Time and limits of {@link takeBeat}. */
export interface TakeOptions {
  /** Time of day, in milliseconds since the epoch. */
  readonly now: number;
  /** Monotonic time, in milliseconds. */
  readonly monotonic: number;
  readonly replayWindowMs: number;
}

/** Shared by thousands of records. */
const NO_EARLIER: Readonly<Record<string, number>> = {};
const NO_DUPLICATES: readonly number[] = [];
/** Earlier processes that are remembered. */
const MAX_EARLIER = 16;
/** After so many heartbeats in a row from one process, the other one is gone. */
const CALM = 10;

/**
 * Accepts a heartbeat, or says why not. Pure. The numbers of each process only go up, also those of an earlier process
 * of the sender: a recorded heartbeat is never accepted again. No decision compares two times of the sender, so a clock
 * that is set back, or one heartbeat from the future, locks no sender out. An earlier process that sends again
 * counts as a second one with the same id.
 */
export function takeBeat(
  known: SenderRecord | undefined,
  beat: Beat,
  { now, monotonic, replayWindowMs }: TakeOptions,
): Taken {
  if (Math.abs(now - beat.time) > replayWindowMs) return { refused: 'stale' };
  const same = known?.boot === beat.boot;
  const highest = same ? known.seq : known?.earlier[beat.boot];
  if (highest !== undefined && beat.seq <= highest) return { refused: 'replayed' };
  const returns = !same && highest !== undefined;
  const continues = same && known.state === 'alive' && known.heardAt !== undefined;
  const rhythm = known?.rhythm ?? NO_RHYTHM;
  const calm = same ? known.calm + 1 : 0;
  return {
    record: {
      id: beat.id,
      state: beat.end ? 'ended' : 'alive',
      boot: beat.boot,
      seq: beat.seq,
      lastAt: now,
      heardAt: monotonic,
      sentAt: beat.time,
      pid: beat.pid,
      payload: beat.payload,
      received: (known?.received ?? 0) + 1,
      missed: (known?.missed ?? 0) + (same ? beat.seq - known.seq - 1 : 0),
      restarts: (known?.restarts ?? 0) + (known && !same && !returns ? 1 : 0),
      rhythm: continues ? stepRhythm(rhythm, Math.max(0, monotonic - known.heardAt)) : rhythm,
      earlier: known && !same ? earlierOf(known, beat.boot) : (known?.earlier ?? NO_EARLIER),
      duplicates:
        returns && known ? [known.pid, beat.pid] : calm >= CALM ? NO_DUPLICATES : (known?.duplicates ?? NO_DUPLICATES),
      calm,
    },
  };
}

function earlierOf({ earlier, boot, seq }: SenderRecord, current: string): Readonly<Record<string, number>> {
  const others = Object.entries(earlier).filter(([name]) => name !== current && name !== boot);
  return Object.fromEntries([...others.slice(1 - MAX_EARLIER), [boot, seq]]);
}
