import { bindTable, fn } from '../bind-table.ts';
import type { Ffi } from '../ffi/ffi.ts';
import { defineStruct } from '../ffi/struct.ts';

const FUNCTIONS = {
  OpenProcess: fn('kernel32', 'ptr', ['u32', 'i32', 'u32']),
  GetProcessTimes: fn('kernel32', 'i32', ['ptr', 'ptr', 'ptr', 'ptr', 'ptr']),
  K32GetProcessMemoryInfo: fn('kernel32', 'i32', ['ptr', 'ptr', 'u32']),
  CloseHandle: fn('kernel32', 'i32', ['ptr']),
} as const;
const PROCESS_QUERY_LIMITED_INFORMATION = 0x1000;
const FILETIME_BYTES = 8;
/** From 1601 to 1970, in the 100 ns of a FILETIME. */
const EPOCH = 116_444_736_000_000_000n;
const TICKS_PER_MS = 10_000n;
const TICKS_PER_SECOND = 10_000_000;

/** https://learn.microsoft.com/windows/win32/api/psapi/ns-psapi-process_memory_counters */
export const PROCESS_MEMORY_COUNTERS = defineStruct('PROCESS_MEMORY_COUNTERS', {
  cb: 'u32',
  PageFaultCount: 'u32',
  PeakWorkingSetSize: 'ptr',
  WorkingSetSize: 'ptr',
  QuotaPeakPagedPoolUsage: 'ptr',
  QuotaPagedPoolUsage: 'ptr',
  QuotaPeakNonPagedPoolUsage: 'ptr',
  QuotaNonPagedPoolUsage: 'ptr',
  PagefileUsage: 'ptr',
  PeakPagefileUsage: 'ptr',
});

/** CPU time, memory and start of a process. */
export interface ProcessUsage {
  /** CPU time in user and kernel mode since the start. */
  readonly cpuSeconds: number;
  /** Working set, in bytes. */
  readonly memoryBytes: number;
  readonly startedAt: Date;
}

/**
 * Reads CPU time, memory and start of a process; `undefined` when it is gone or may not be opened.
 *
 * Source: https://learn.microsoft.com/windows/win32/api/processthreadsapi/nf-processthreadsapi-getprocesstimes
 */
export function readProcessUsage(ffi: Ffi, pid: number): ProcessUsage | undefined {
  const api = bindTable(ffi, FUNCTIONS);
  const handle = api.OpenProcess(PROCESS_QUERY_LIMITED_INFORMATION, 0, pid);
  if (!handle) return undefined;
  try {
    const times = Buffer.alloc(FILETIME_BYTES * 4);
    const part = (index: number): Buffer => times.subarray(index * FILETIME_BYTES, (index + 1) * FILETIME_BYTES);
    const counters = PROCESS_MEMORY_COUNTERS.make({ cb: PROCESS_MEMORY_COUNTERS.size });
    if (!api.GetProcessTimes(handle, part(0), part(1), part(2), part(3))) return undefined;
    if (!api.K32GetProcessMemoryInfo(handle, counters, counters.length)) return undefined;
    const ticks = (index: number): bigint => times.readBigUInt64LE(index * FILETIME_BYTES);
    return {
      cpuSeconds: Number(ticks(2) + ticks(3)) / TICKS_PER_SECOND,
      memoryBytes: Number(PROCESS_MEMORY_COUNTERS.read(counters).WorkingSetSize),
      startedAt: new Date(Number((ticks(0) - EPOCH) / TICKS_PER_MS)),
    };
  } finally {
    api.CloseHandle(handle);
  }
}
