import { Win32Error } from '../../errors/win32-error.ts';
import { bindTable, fn } from '../bind-table.ts';
import type { Ffi } from '../ffi/ffi.ts';
import {
  CPU_RATE_HARD_CAP,
  JOB_INFORMATION,
  JOBOBJECT_CPU_RATE_CONTROL_INFORMATION,
  JOBOBJECT_EXTENDED_LIMIT_INFORMATION,
  LIMIT,
  PRIORITY_CLASS,
} from './structs.ts';

/** Rules of the job that a process puts itself and its children into. */
export interface JobRules {
  /** Ends all processes of the job when this process ends, also detached ones and those below others. */
  readonly killChildren: boolean;
  /** Memory that all processes together may commit, in bytes. */
  readonly memoryBytes?: number | undefined;
  /** Percent of the machine's CPU time, 0.01 to 100. */
  readonly cpuPercent?: number | undefined;
  /** Number of processes, this one included. */
  readonly processes?: number | undefined;
  readonly priority?: keyof typeof PRIORITY_CLASS | undefined;
  /** Numbers of the processors that may be used, from 0. */
  readonly affinity?: readonly number[] | undefined;
}

const FUNCTIONS = {
  AssignProcessToJobObject: fn('kernel32', 'i32', ['ptr', 'ptr']),
  CloseHandle: fn('kernel32', 'i32', ['ptr']),
  CreateJobObjectW: fn('kernel32', 'ptr', ['ptr', 'ptr']),
  GetCurrentProcess: fn('kernel32', 'ptr', []),
  SetInformationJobObject: fn('kernel32', 'i32', ['ptr', 'u32', 'ptr', 'u32']),
} as const;

/**
 * Puts this process into a job of its own; processes that it starts from now on belong to it. The job has no name and its
 * handle isn't inherited, so the job ends with this process. Jobs nest since Windows 8: one that the process is in stays.
 *
 * Source: https://learn.microsoft.com/windows/win32/procthread/job-objects
 *
 * @throws Win32Error
 */
export function containProcess(ffi: Ffi, rules: JobRules): void {
  const api = bindTable(ffi, FUNCTIONS);
  const check = (ok: unknown, name: string, action: string): void => {
    if (!ok) throw new Win32Error({ api: name, win32Code: ffi.lastError(), action });
  };
  const job = api.CreateJobObjectW(null, null);
  check(job, 'CreateJobObjectW', 'make a job for the processes of the service');
  const set = (kind: number, structure: Buffer, action: string): void => {
    check(api.SetInformationJobObject(job, kind, structure, structure.length), 'SetInformationJobObject', action);
  };
  try {
    set(JOB_INFORMATION.EXTENDED_LIMIT, extendedLimits(rules), 'limit the processes of the service');
    if (rules.cpuPercent !== undefined) {
      const cpu = { ControlFlags: CPU_RATE_HARD_CAP, CpuRate: Math.round(rules.cpuPercent * 100) };
      const structure = JOBOBJECT_CPU_RATE_CONTROL_INFORMATION.make(cpu);
      set(JOB_INFORMATION.CPU_RATE_CONTROL, structure, 'limit the CPU time of the service');
    }
    const assigned = api.AssignProcessToJobObject(job, api.GetCurrentProcess());
    check(assigned, 'AssignProcessToJobObject', 'put the process of the service into its job');
  } catch (error) {
    api.CloseHandle(job);
    throw error;
  }
}

/** Makes the structure with the limits that are set. Exported for tests. */
export function extendedLimits(rules: JobRules): Buffer {
  const { memoryBytes, processes, priority, affinity } = rules;
  const flags = [
    rules.killChildren && LIMIT.KILL_ON_JOB_CLOSE,
    memoryBytes !== undefined && LIMIT.JOB_MEMORY,
    processes !== undefined && LIMIT.ACTIVE_PROCESS,
    priority !== undefined && LIMIT.PRIORITY_CLASS,
    affinity !== undefined && LIMIT.AFFINITY,
  ];
  return JOBOBJECT_EXTENDED_LIMIT_INFORMATION.make({
    'BasicLimitInformation.LimitFlags': flags.reduce<number>((bits, flag) => bits | (flag || 0), 0),
    'BasicLimitInformation.ActiveProcessLimit': processes ?? 0,
    'BasicLimitInformation.PriorityClass': priority ? PRIORITY_CLASS[priority] : 0,
    'BasicLimitInformation.Affinity': (affinity ?? []).reduce((mask, number) => mask | (1n << BigInt(number)), 0n),
    JobMemoryLimit: BigInt(Math.floor(memoryBytes ?? 0)),
  });
}
