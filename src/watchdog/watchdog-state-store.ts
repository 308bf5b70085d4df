import * as z from 'zod/mini';
import type { WatchMemory } from './decision/step.ts';

const target = z.object({
  actions: z.array(z.number()),
  streak: z.number(),
  lastActionAt: z.optional(z.number()),
  quietUntil: z.optional(z.number()),
});
const file = z.object({ version: z.literal(1), targets: z.record(z.string(), z.unknown()) });

/** What a state file remembers of each target; what can't be understood is left out. */
export function readMemory(value: unknown): Map<string, WatchMemory> {
  const memory = new Map<string, WatchMemory>();
  const parsed = file.safeParse(value);
  for (const [name, each] of Object.entries(parsed.data?.targets ?? {})) {
    const its = target.safeParse(each);
    if (!its.success) continue;
    const { actions, streak, lastActionAt, quietUntil } = its.data;
    memory.set(name, { actions, streak, lastActionAt, quietUntil });
  }
  return memory;
}

/** Only targets that were acted on: the others have nothing to remember. */
export function writeMemory(targets: Iterable<readonly [string, WatchMemory]>): unknown {
  const entries: [string, WatchMemory][] = [];
  for (const [name, { actions, streak, lastActionAt, quietUntil }] of targets) {
    if (actions.length > 0 || streak > 0 || quietUntil !== undefined) {
      entries.push([name, { actions, streak, lastActionAt, quietUntil }]);
    }
  }
  return { version: 1, targets: Object.fromEntries(entries) };
}
