import type { Beat, RefusedWhy } from './beat.ts';
import { NO_RHYTHM, type Rhythm, stepRhythm } from './detector.ts';

/** `alive` · `lost`: its heartbeats are overdue · `ended`: it said goodbye. */
export type SenderState = 'alive' | 'lost' | 'ended';

/** What is known of one sender. */
export interface SenderRecord {
  readonly id: string;
  readonly state: SenderState;
  readonly boot: string;
  readonly seq: number;
  /** When the last heartbeat came, by the receiver's clock. */
  readonly lastAt: number;
  /** When it was sent, by the sender's. */
  readonly sentAt: number;
  readonly pid: number;
  readonly payload: unknown;
  readonly received: number;
  /** Numbers that never came. */
  readonly missed: number;
  /** How often it came back with a new life. */
  readonly restarts: number;
  readonly rhythm: Rhythm;
}

export type Taken = { readonly record: SenderRecord } | { readonly refused: RefusedWhy };

export interface TakeOptions {
  readonly replayWindowMs: number;
  /** What is known comes from an earlier life of the receiver: the time since then tells nothing of the rhythm. */
  readonly restored: boolean;
}

/**
 * Takes a heartbeat, or says why not. Pure. A heartbeat that was recorded and sent again has a number, or for another
 * life a time, that is not beyond what is known; one that was recorded before the receiver knew the sender is stale.
 */
export function takeBeat(
  known: SenderRecord | undefined,
  beat: Beat,
  now: number,
  { replayWindowMs, restored }: TakeOptions,
): Taken {
  if (Math.abs(now - beat.time) > replayWindowMs) return { refused: 'stale' };
  const sameLife = known?.boot === beat.boot;
  if (known && (sameLife ? beat.seq <= known.seq : beat.time <= known.sentAt)) return { refused: 'replayed' };
  const gap = sameLife && known.state === 'alive' && !restored ? Math.max(0, now - known.lastAt) : undefined;
  return {
    record: {
      id: beat.id,
      state: beat.end ? 'ended' : 'alive',
      boot: beat.boot,
      seq: beat.seq,
      lastAt: now,
      sentAt: beat.time,
      pid: beat.pid,
      payload: beat.payload,
      received: (known?.received ?? 0) + 1,
      missed: (known?.missed ?? 0) + (sameLife ? beat.seq - known.seq - 1 : 0),
      restarts: (known?.restarts ?? 0) + (known && !sameLife ? 1 : 0),
      rhythm: gap === undefined ? (known?.rhythm ?? NO_RHYTHM) : stepRhythm(known?.rhythm ?? NO_RHYTHM, gap),
    },
  };
}
