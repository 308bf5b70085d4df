// @ts-check
/** The agent's own bindings: on purpose not the library's, so that a mistake there can't hide itself here. */
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { symbolOf } from './codes.mjs';

/** koffi comes from the folder the rig names: the project's own has the binary of the machine it runs on. */
const modulesDir = process.argv[3] ?? '.';
/** @type {typeof import('koffi')} */
export const koffi = createRequire(join(modulesDir, 'package.json'))('koffi');

const advapi32 = koffi.load('advapi32.dll');
const kernel32 = koffi.load('kernel32.dll');
const ntdll = koffi.load('ntdll.dll');
const shell32 = koffi.load('shell32.dll');

export const api = {
  OpenSCManagerW: advapi32.func('void *OpenSCManagerW(str16 machine, str16 database, uint32_t access)'),
  OpenServiceW: advapi32.func('void *OpenServiceW(void *scm, str16 name, uint32_t access)'),
  CloseServiceHandle: advapi32.func('int CloseServiceHandle(void *handle)'),
  CreateServiceW: advapi32.func(
    'void *CreateServiceW(void *scm, str16 name, str16 display, uint32_t access, uint32_t type, uint32_t start, uint32_t error, str16 path, str16 group, void *tag, str16 dependencies, str16 account, str16 password)',
  ),
  DeleteService: advapi32.func('int DeleteService(void *service)'),
  StartServiceW: advapi32.func('int StartServiceW(void *service, uint32_t count, void *args)'),
  ControlService: advapi32.func('int ControlService(void *service, uint32_t control, void *status)'),
  QueryServiceStatusEx: advapi32.func(
    'int QueryServiceStatusEx(void *service, uint32_t level, void *buffer, uint32_t size, void *needed)',
  ),
  QueryServiceConfigW: advapi32.func(
    'int QueryServiceConfigW(void *service, void *buffer, uint32_t size, void *needed)',
  ),
  ChangeServiceConfig2W: advapi32.func('int ChangeServiceConfig2W(void *service, uint32_t level, void *info)'),
  QueryServiceConfig2W: advapi32.func(
    'int QueryServiceConfig2W(void *service, uint32_t level, void *buffer, uint32_t size, void *needed)',
  ),
  EnumServicesStatusExW: advapi32.func(
    'int EnumServicesStatusExW(void *scm, uint32_t level, uint32_t type, uint32_t state, void *buffer, uint32_t size, void *needed, void *count, void *resume, str16 group)',
  ),
  OpenProcess: kernel32.func('void *OpenProcess(uint32_t access, int inherit, uint32_t pid)'),
  CloseHandle: kernel32.func('int CloseHandle(void *handle)'),
  WaitForSingleObject: kernel32.func('uint32_t WaitForSingleObject(void *handle, uint32_t ms)'),
  GetExitCodeProcess: kernel32.func('int GetExitCodeProcess(void *process, void *code)'),
  TerminateProcess: kernel32.func('int TerminateProcess(void *process, uint32_t code)'),
  K32GetProcessMemoryInfo: kernel32.func('int K32GetProcessMemoryInfo(void *process, void *counters, uint32_t size)'),
  SetProcessAffinityMask: kernel32.func('int SetProcessAffinityMask(void *process, uint64_t mask)'),
  OpenProcessToken: advapi32.func('int OpenProcessToken(void *process, uint32_t access, void *token)'),
  LookupPrivilegeValueW: advapi32.func('int LookupPrivilegeValueW(str16 machine, str16 name, void *luid)'),
  AdjustTokenPrivileges: advapi32.func(
    'int AdjustTokenPrivileges(intptr_t token, int disableAll, void *state, uint32_t size, void *before, void *needed)',
  ),
  GetCurrentProcess: kernel32.func('void *GetCurrentProcess()'),
  LocalFree: kernel32.func('void *LocalFree(void *memory)'),
  NtQuerySystemInformation: ntdll.func(
    'int NtQuerySystemInformation(int level, void *buffer, uint32_t size, void *needed)',
  ),
  CommandLineToArgvW: shell32.func('void *CommandLineToArgvW(str16 line, void *count)'),
};
const GetLastError = kernel32.func('uint32_t GetLastError()');
const Sleep = kernel32.func('void Sleep(uint32_t ms)');
const NtDelayExecution = ntdll.func('int NtDelayExecution(uint8_t alertable, void *interval)');

/** A call that Windows refused; crosses the socket as data. */
export class CallError extends Error {
  /** @param {string} call @param {number} code @param {Record<string, unknown>} [extra] */
  constructor(call, code, extra = {}) {
    super(`${call} failed with ${code}`);
    this.data = { api: call, code, ...(symbolOf(code) ? { symbol: symbolOf(code) } : {}), ...extra };
  }
}

/**
 * @param {keyof typeof api} name
 * @param {...unknown} args
 * @returns {any} the result; zero and NULL throw
 */
export function must(name, ...args) {
  const result = api[name](...args);
  if (!result) throw new CallError(name, GetLastError());
  return result;
}

/**
 * For calls that wait for a service: on a pool thread, so that the agent keeps answering.
 * @param {keyof typeof api} name
 * @param {...unknown} args
 * @returns {Promise<{ result: any, code: number, elapsedMs: number }>}
 */
export function later(name, ...args) {
  const began = performance.now();
  return new Promise((resolve, reject) => {
    api[name].async(...args, (/** @type {Error | null} */ error, /** @type {any} */ result) => {
      if (error) reject(error);
      else resolve({ result, code: result ? 0 : GetLastError(), elapsedMs: performance.now() - began });
    });
  });
}

/** @param {number} count @returns {Uint32Array} outside V8's heap: a pool thread may write to it */
export const dwords = (count) => new Uint32Array(new ArrayBuffer(Math.max(count * 4, 128)), 0, count);

/** @param {Buffer} buffer @param {number} offset @returns {string | null} the string that a pointer at `offset` points to */
export function textAt(buffer, offset) {
  const pointer = buffer.readBigUInt64LE(offset);
  return pointer === 0n ? null : koffi.decode.string16(pointer);
}

/** @param {string} text @returns {Buffer} UTF-16 with its terminating NUL */
export const wide = (text) => Buffer.from(`${text}\0`, 'utf16le');

/** '' on Windows. @type {string} */
export const wineVersion = readWineVersion();

function readWineVersion() {
  try {
    return ntdll.func('const char *wine_get_version()')();
  } catch {
    return '';
  }
}

/** Wine's Sleep ends on time below a millisecond; on Windows the timer may take 15 ms, so there it spins. */
const underWine = wineVersion !== '';
/** There a call of an Nt function through koffi never comes back (10.0); the same through kernel32 does. */
export const underWine10 = wineVersion.startsWith('10.');
const quarterMs = new BigInt64Array([-2500n]);

/** Lets other requests through, then rests about a quarter of a millisecond (Wine 10: one). */
export async function breathe() {
  await new Promise((resolve) => setImmediate(resolve));
  if (underWine10) Sleep(1);
  else if (underWine) NtDelayExecution(0, quarterMs);
}
