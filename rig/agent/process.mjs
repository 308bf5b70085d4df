// @ts-check
/** Processes by pid: their end, their size. */
import { ERROR_TIMEOUT } from './codes.mjs';
import { CallError, api, dwords, koffi, later, must, textAt, underWine10 } from './win32.mjs';

const TERMINATE = 0x1;
const VM_READ = 0x10;
const SET_INFORMATION = 0x200;
const QUERY_INFORMATION = 0x400;
const SYNCHRONIZE = 0x100000;
const ERROR_NOT_SUPPORTED = 50;
const ERROR_INVALID_PARAMETER = 87;
const WAIT_TIMEOUT = 258;
const SYSTEM_PROCESS_INFORMATION = 5;
const TOKEN_ADJUST_PRIVILEGES = 0x20;
const SE_PRIVILEGE_ENABLED = 2;

/**
 * @template T
 * @param {number} pid
 * @param {(handle: unknown) => T | Promise<T>} work
 * @returns {Promise<T>}
 */
async function withProcess(pid, work) {
  const handle = openProcess(pid);
  try {
    return await work(handle);
  } finally {
    api.CloseHandle(handle);
  }
}

/**
 * Enables SeDebugPrivilege, which an elevated process has but doesn't use: without it OpenProcess refuses administrators
 * the right to end a process of SYSTEM (5).
 *
 * Source: https://learn.microsoft.com/windows/win32/procthread/process-security-and-access-rights
 */
export function enableDebugPrivilege() {
  const token = Buffer.alloc(8);
  must('OpenProcessToken', api.GetCurrentProcess(), TOKEN_ADJUST_PRIVILEGES, token);
  // TOKEN_PRIVILEGES: the count, then a LUID and its attributes.
  const state = Buffer.alloc(16);
  state.writeUInt32LE(1, 0);
  state.writeUInt32LE(SE_PRIVILEGE_ENABLED, 12);
  must('LookupPrivilegeValueW', null, 'SeDebugPrivilege', state.subarray(4, 12));
  must('AdjustTokenPrivileges', Number(token.readBigUInt64LE()), 0, state, 0, null, null);
}

/** @param {number} pid */
export const openProcess = (pid) => must('OpenProcess', TERMINATE | VM_READ | QUERY_INFORMATION | SYNCHRONIZE, 0, pid);

/** @param {unknown} handle */
export function exitCodeOf(handle) {
  const code = dwords(1);
  must('GetExitCodeProcess', handle, code);
  return code[0] ?? 0;
}

/** @param {number} pid @param {number} timeoutMs @returns {Promise<import('./types.mjs').Gone>} */
export async function waitGone(pid, timeoutMs) {
  const began = performance.now();
  try {
    return await withProcess(pid, async (handle) => {
      const { result, elapsedMs } = await later('WaitForSingleObject', handle, timeoutMs);
      if (result === WAIT_TIMEOUT) throw new CallError('waitGone', ERROR_TIMEOUT, { elapsedMs });
      return { exitCode: exitCodeOf(handle), elapsedMs: performance.now() - began };
    });
  } catch (error) {
    // No such pid: it has ended.
    if (error instanceof CallError && error.data.code === ERROR_INVALID_PARAMETER)
      return { exitCode: null, elapsedMs: 0 };
    throw error;
  }
}

/** @param {number} pid @param {number} [exitCode] */
export const kill = (pid, exitCode = 1) =>
  withProcess(pid, (handle) => void must('TerminateProcess', handle, exitCode));

/** @param {number} pid @returns {Promise<import('./types.mjs').Memory>} */
export function memory(pid) {
  return withProcess(pid, (handle) => {
    // PROCESS_MEMORY_COUNTERS_EX: two DWORDs, then nine pointer-sized numbers.
    const out = Buffer.alloc(80);
    must('K32GetProcessMemoryInfo', handle, out, out.length);
    const size = (/** @type {number} */ index) => Number(out.readBigUInt64LE(8 + index * 8));
    return { workingSet: size(1), peakWorkingSet: size(0), privateUsage: size(8), pageFaults: out.readUInt32LE(4) };
  });
}

/** @returns {{ pid: number, image: string | null, handles: number }[]} */
function allProcesses() {
  if (underWine10) throw new CallError('NtQuerySystemInformation', ERROR_NOT_SUPPORTED);
  const buffer = Buffer.alloc(4 * 2 ** 20);
  const status = api.NtQuerySystemInformation(SYSTEM_PROCESS_INFORMATION, buffer, buffer.length, null);
  if (status !== 0) throw new CallError('NtQuerySystemInformation', status >>> 0);
  const found = [];
  // SYSTEM_PROCESS_INFORMATION on x64: offset to the next at 0, name at 64, pid at 80, handle count at 96.
  for (let at = 0, next = -1; next !== 0; at += next) {
    next = buffer.readUInt32LE(at);
    found.push({
      pid: Number(buffer.readBigUInt64LE(at + 80)),
      image: textAt(buffer, at + 64),
      handles: buffer.readUInt32LE(at + 96),
    });
  }
  return found;
}

/**
 * From the list of all processes: GetProcessHandleCount answers 0 on Wine, 10 too.
 * @param {number} pid @returns {number} open handles
 */
export function handles(pid) {
  const found = allProcesses().find((one) => one.pid === pid);
  if (!found) throw new CallError('handles', ERROR_INVALID_PARAMETER);
  return found.handles;
}

/** The CPUs of the SCM and of the agent, and so of what they start from now on. @param {number} mask one bit for each */
export function pin(mask) {
  for (const { pid, image } of allProcesses()) {
    if (pid !== process.pid && image !== 'services.exe') continue;
    const handle = must('OpenProcess', SET_INFORMATION | QUERY_INFORMATION, 0, pid);
    try {
      must('SetProcessAffinityMask', handle, BigInt(mask));
    } finally {
      api.CloseHandle(handle);
    }
  }
}

/** @param {string} line @returns {string[]} the arguments as Windows itself splits them */
export function commandLine(line) {
  const count = dwords(1);
  const pointers = must('CommandLineToArgvW', line, count);
  try {
    return koffi.decode(pointers, 'str16', count[0] ?? 0);
  } finally {
    api.LocalFree(pointers);
  }
}
