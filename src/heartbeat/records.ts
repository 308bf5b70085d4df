import * as z from 'zod/mini';
import { isTooDeep } from './payload.ts';
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
  earlier: z.optional(z.record(z.string(), z.number())),
});
const state = z.object({ version: z.literal(1), senders: z.array(z.unknown()) });

/** Reads the senders of a state file; entries that aren't senders are left out. */
export function readRecords(value: unknown): SenderRecord[] {
  const file = state.safeParse(value);
  if (!file.success) return [];
  return file.data.senders.flatMap((each) => {
    const parsed = record.safeParse(each);
    return parsed.success ? [restored(parsed.data)] : [];
  });
}

function restored(data: z.infer<typeof record>): SenderRecord {
  const { payload, earlier = {} } = data;
  const safe = isTooDeep(payload) ? undefined : payload;
  return { ...data, payload: safe, earlier, heardAt: undefined, duplicates: [], calm: 0 };
}
