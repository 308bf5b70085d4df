import * as z from 'zod/mini';
import type { SenderRecord } from './sender-state.ts';

const record = z.object({
  id: z.string(),
  state: z.enum(['alive', 'lost', 'ended']),
  boot: z.string(),
  seq: z.number(),
  lastAt: z.number(),
  sentAt: z.number(),
  pid: z.number(),
  payload: z.optional(z.unknown()),
  received: z.number(),
  missed: z.number(),
  restarts: z.number(),
  rhythm: z.object({ count: z.number(), meanMs: z.number(), variance: z.number() }),
});
const state = z.object({ version: z.literal(1), senders: z.array(z.unknown()) });

/** The senders in a state file; what isn't one is left out. */
export function readRecords(value: unknown): SenderRecord[] {
  const file = state.safeParse(value);
  if (!file.success) return [];
  return file.data.senders.flatMap((each) => {
    const parsed = record.safeParse(each);
    return parsed.success ? [{ ...parsed.data, payload: parsed.data.payload }] : [];
  });
}
