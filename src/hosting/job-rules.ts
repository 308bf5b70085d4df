import type { JobRules } from '../win32/job/contain-process.ts';
import type { HostSettings } from '../scm/host-settings.ts';
import { toBytes } from '../util/byte-size.ts';

/** Rules of the job object that the options ask for; undefined when none is needed. */
export function toJobRules({ children = 'kill', limits, priority, affinity }: HostSettings): JobRules | undefined {
  if (children === 'keep' && !limits && !priority && !affinity) return undefined;
  return {
    killChildren: children === 'kill',
    memoryBytes: toBytes(limits?.memory),
    cpuPercent: limits?.cpu,
    processes: limits?.processes,
    priority,
    affinity,
  };
}
