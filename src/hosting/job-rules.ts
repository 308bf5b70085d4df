import type { JobRules } from '../win32/job/contain-process.ts';
import type { HostOptions } from './host-options.ts';
import { memoryBytes } from './parse-host-options.ts';

/** Rules of the job object that the options ask for; undefined when none is needed. */
export function toJobRules({ children = 'kill', limits, priority, affinity }: HostOptions): JobRules | undefined {
  if (children === 'keep' && !limits && !priority && !affinity) return undefined;
  return {
    killChildren: children === 'kill',
    memoryBytes: memoryBytes(limits?.memory),
    cpuPercent: limits?.cpu,
    processes: limits?.processes,
    priority,
    affinity,
  };
}
