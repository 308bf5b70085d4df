/** One heartbeat, as it travels. */
export interface Beat {
  readonly id: string;
  /** Which life of the sender: it changes when the sender starts anew. */
  readonly boot: string;
  /** 1, 2, 3, … within a life. */
  readonly seq: number;
  /** When it was sent, in milliseconds since the epoch, by the sender's clock. */
  readonly time: number;
  readonly pid: number;
  /** The sender says goodbye: no more will come, and that is no failure. */
  readonly end: boolean;
  /** Whatever the sender wants to tell; JSON. */
  readonly payload: unknown;
}

/** Why a heartbeat wasn't taken. */
export type RefusedWhy = 'malformed' | 'forged' | 'stale' | 'replayed' | 'unknownSender' | 'tooMany';

const MAX_ID = 200;
/** Longer heartbeats are refused. */
export const MAX_BEAT_BYTES = 65_536;

/** The beat in a text, or `undefined` where it isn't one. Looks at every field: the text comes from outside. */
export function parseBeat(text: string): Beat | undefined {
  let value: Record<string, unknown> | null;
  try {
    value = JSON.parse(text) as Record<string, unknown> | null;
  } catch {
    return undefined;
  }
  if (typeof value !== 'object' || value === null) return undefined;
  const { id, boot, seq, time, pid, end, payload } = value;
  const isText = (field: unknown): field is string =>
    typeof field === 'string' && field.length > 0 && field.length <= MAX_ID && !/[\u0000-\u001f]/.test(field);
  const isCount = (field: unknown): field is number => Number.isSafeInteger(field) && (field as number) >= 0;
  if (!isText(id) || !isText(boot) || !isCount(seq) || !isCount(time) || !isCount(pid)) return undefined;
  return { id, boot, seq, time, pid, end: end === true, payload };
}
