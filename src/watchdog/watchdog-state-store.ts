import * as z from 'zod/mini';
import { NO_MEMORY, type WatchMemory } from './decision/watch-status.ts';
import type { Notice } from './notify/notice.ts';

/** Two readings of the same moment: files hold times of day, the watchdog counts in monotonic time. */
export interface Moment {
  /** Monotonic, in milliseconds. */
  readonly now: number;
  /** Time of day, in milliseconds since the epoch. */
  readonly timeOfDay: number;
}

/** Content of a state file. */
export interface SavedState {
  readonly targets: ReadonlyMap<string, WatchMemory>;
  /** Notices not delivered yet, by notifier. */
  readonly notices: ReadonlyMap<string, readonly Notice[]>;
}

const target = z.object({
  actions: z.array(z.number()),
  streak: z.number(),
  lastActionAt: z.optional(z.number()),
  quietUntil: z.optional(z.number()),
  unfinished: z.optional(z.boolean()),
  gaveUpAt: z.optional(z.number()),
  dependents: z.optional(z.array(z.string())),
});
/** Times that a Date can hold. */
const instant = z.number().check(z.minimum(-8.64e15), z.maximum(8.64e15));
const notice = z.object({
  at: instant,
  target: z.string(),
  kind: z.enum(['failed', 'acting', 'notRecorded', 'actionFailed', 'gaveUp', 'recovered']),
  severity: z.enum(['info', 'warn', 'error']),
  text: z.string(),
});
const file = z.object({
  version: z.literal(1),
  targets: z.record(z.string(), z.unknown()),
  notices: z.optional(z.record(z.string(), z.unknown())),
});

/**
 * Reads the content of a state file; entries that can't be read are left out. Times in the future, because the clock
 * was set back, count as now.
 *
 * @param quietMs longest time without actions on a target from now on, by its name
 */
export function readState(value: unknown, { now, timeOfDay }: Moment, quietMs: (name: string) => number): SavedState {
  const { targets = {}, notices = {} } = file.safeParse(value).data ?? {};
  const past = (at: number): number => now - Math.max(0, timeOfDay - at);
  const memories = new Map<string, WatchMemory>();
  for (const [name, each] of Object.entries(targets)) {
    const { data } = target.safeParse(each);
    if (!data) continue;
    const quietUntil = data.quietUntil && now + Math.min(data.quietUntil - timeOfDay, quietMs(name));
    memories.set(name, {
      ...NO_MEMORY,
      actions: data.actions.map(past),
      streak: data.streak,
      lastActionAt: data.lastActionAt && past(data.lastActionAt),
      quietUntil,
      unfinished: data.unfinished ?? false,
      gaveUpAt: data.gaveUpAt && past(data.gaveUpAt),
      dependents: data.dependents ?? [],
    });
  }
  const waiting = new Map<string, Notice[]>();
  for (const [notifier, list] of Object.entries(notices)) {
    const all = (Array.isArray(list) ? list : []).flatMap((each) => notice.safeParse(each).data ?? []);
    waiting.set(
      notifier,
      all.map((each) => ({ ...each, at: new Date(each.at) })),
    );
  }
  return { targets: memories, notices: waiting };
}

/** JSON for a state file. Targets that need no memory are left out. */
export function writeState(
  targets: Iterable<readonly [string, WatchMemory]>,
  notices: ReadonlyMap<string, readonly Notice[]>,
  { now, timeOfDay }: Moment,
): unknown {
  const toTime = (at: number | undefined): number | undefined => (at === undefined ? undefined : at - now + timeOfDay);
  const entries: [string, unknown][] = [];
  for (const [name, memory] of targets) {
    const { actions, streak, lastActionAt, quietUntil, unfinished, gaveUpAt, dependents } = memory;
    if (actions.length === 0 && streak === 0 && quietUntil === undefined && !unfinished) continue;
    entries.push([
      name,
      {
        actions: actions.map(toTime),
        streak,
        lastActionAt: toTime(lastActionAt),
        quietUntil: toTime(quietUntil),
        gaveUpAt: toTime(gaveUpAt),
        ...(unfinished && { unfinished }),
        ...(dependents.length > 0 && { dependents }),
      },
    ]);
  }
  const waiting = [...notices]
    .filter(([, list]) => list.length > 0)
    .map(([notifier, list]) => [notifier, list.map((each) => ({ ...each, at: each.at.getTime() }))] as const);
  return {
    version: 1,
    targets: Object.fromEntries(entries),
    ...(waiting.length > 0 && { notices: Object.fromEntries(waiting) }),
  };
}
