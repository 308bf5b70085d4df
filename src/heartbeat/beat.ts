import { isTooDeep } from './payload.ts';
import { isSenderId } from './sender-id.ts';

/** One heartbeat, as it is sent. */
export interface Beat {
  readonly id: string;
  /** Random text of the sending process: a new process has a new one. */
  readonly boot: string;
  /** Number of the heartbeat: 1, 2, 3, … in one process. */
  readonly seq: number;
  /** Time of sending, in milliseconds since the epoch, by the sender's clock. */
  readonly time: number;
  readonly pid: number;
  /** The sender stops: this is its last heartbeat, and no failure. */
  readonly end: boolean;
  /** Receiver that it is meant for; see `audienceOf`. */
  readonly to?: string | undefined;
  /** Data of the sender; JSON. */
  readonly payload: unknown;
  /** Upper bound of the payload's length as JSON; 0 without one. Not sent. */
  readonly size?: number;
}

/** Reason why a heartbeat wasn't accepted. */
export type RefusedWhy = 'malformed' | 'forged' | 'stale' | 'replayed' | 'unknownSender' | 'wrongReceiver' | 'tooMany';

/** Longer heartbeats are refused, in bytes. */
export const MAX_BEAT_BYTES = 65_536;
const MAX_BOOT_LENGTH = 64;

/**
 * Reads the heartbeat in a text, or gives `undefined` where it isn't one. Checks every field: the text comes from
 * outside. A payload that is nested too deeply is left out: its sender is alive.
 */
export function parseBeat(text: string): Beat | undefined {
  let value: Record<string, unknown> | null;
  try {
    value = JSON.parse(text) as Record<string, unknown> | null;
  } catch {
    return undefined;
  }
  if (typeof value !== 'object' || value === null) return undefined;
  const { id, boot, seq, time, pid, end, to, payload } = value;
  const isCount = (field: unknown): field is number => Number.isSafeInteger(field) && (field as number) >= 0;
  if (!isSenderId(id) || !isSenderId(boot) || boot.length > MAX_BOOT_LENGTH) return undefined;
  if (!isCount(seq) || !isCount(time) || !isCount(pid)) return undefined;
  if (to !== undefined && typeof to !== 'string') return undefined;
  const kept = isTooDeep(payload) ? undefined : payload;
  return { id, boot, seq, time, pid, end: end === true, to, payload: kept, size: kept === undefined ? 0 : text.length };
}
