import { defineStruct } from '../ffi/struct.ts';

/** https://learn.microsoft.com/windows/win32/api/winnt/ns-winnt-jobobject_extended_limit_information */
export const JOBOBJECT_EXTENDED_LIMIT_INFORMATION = defineStruct('JOBOBJECT_EXTENDED_LIMIT_INFORMATION', {
  'BasicLimitInformation.PerProcessUserTimeLimit': 'u64',
  'BasicLimitInformation.PerJobUserTimeLimit': 'u64',
  'BasicLimitInformation.LimitFlags': 'u32',
  'BasicLimitInformation.MinimumWorkingSetSize': 'ptr',
  'BasicLimitInformation.MaximumWorkingSetSize': 'ptr',
  'BasicLimitInformation.ActiveProcessLimit': 'u32',
  'BasicLimitInformation.Affinity': 'ptr',
  'BasicLimitInformation.PriorityClass': 'u32',
  'BasicLimitInformation.SchedulingClass': 'u32',
  IoInfo: { bytes: 48, align: 8 },
  ProcessMemoryLimit: 'ptr',
  JobMemoryLimit: 'ptr',
  PeakProcessMemoryUsed: 'ptr',
  PeakJobMemoryUsed: 'ptr',
});

/** https://learn.microsoft.com/windows/win32/api/winnt/ns-winnt-jobobject_cpu_rate_control_information */
export const JOBOBJECT_CPU_RATE_CONTROL_INFORMATION = defineStruct('JOBOBJECT_CPU_RATE_CONTROL_INFORMATION', {
  ControlFlags: 'u32',
  CpuRate: 'u32',
});

/** LimitFlags, from the page of the structure that holds it. */
export const LIMIT = {
  ACTIVE_PROCESS: 0x8,
  AFFINITY: 0x10,
  PRIORITY_CLASS: 0x20,
  JOB_MEMORY: 0x200,
  KILL_ON_JOB_CLOSE: 0x2000,
} as const;

/** JOBOBJECTINFOCLASS. https://learn.microsoft.com/windows/win32/api/jobapi2/nf-jobapi2-setinformationjobobject */
export const JOB_INFORMATION = { EXTENDED_LIMIT: 9, CPU_RATE_CONTROL: 15 } as const;
/** Enabled, as a hard cap. */
export const CPU_RATE_HARD_CAP = 0x1 | 0x4;

/** https://learn.microsoft.com/windows/win32/api/processthreadsapi/nf-processthreadsapi-setpriorityclass */
export const PRIORITY_CLASS = {
  idle: 0x40,
  belowNormal: 0x4000,
  normal: 0x20,
  aboveNormal: 0x8000,
  high: 0x80,
} as const;
