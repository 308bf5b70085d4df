// @ts-check
/** What the host of a virtual machine gave to others: a figure taken meanwhile says more about them than about winsvc. */
import { existsSync, readFileSync } from 'node:fs';

const STAT = '/proc/stat';
/** user nice system idle iowait irq softirq steal; what follows is part of the first two. */
const FIELDS = 8;
const STEAL = 7;

function ticks() {
  if (!existsSync(STAT)) return undefined;
  return (readFileSync(STAT, 'utf8').split('\n', 1)[0] ?? '')
    .split(/\s+/)
    .slice(1, 1 + FIELDS)
    .map(Number);
}

/** Returns what tells the share of all CPU time, in percent, that was taken since; undefined where no system tells. */
export function watchStolen() {
  const before = ticks();
  return () => {
    const after = ticks();
    if (!before || !after) return undefined;
    const passed = after.map((count, i) => count - (before[i] ?? 0));
    const all = passed.reduce((sum, count) => sum + count, 0);
    return all === 0 ? 0 : Math.round((100 * (passed[STEAL] ?? 0)) / all);
  };
}
