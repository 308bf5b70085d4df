// @ts-check
/** The SCM, one call each, with handles that live no longer than the call: an open handle would hold up deletion. */
import { CallError, api, dwords, koffi, later, must, textAt, wide } from './win32.mjs';

const SC_MANAGER_ALL = 0xf003f;
const SERVICE_ALL = 0xf01ff;
const WIN32_OWN_PROCESS = 0x10;
const WIN32_TYPES = 0x30;
const INFO_DESCRIPTION = 1;
const INFO_PRESHUTDOWN = 7;

const scm = must('OpenSCManagerW', null, null, SC_MANAGER_ALL);

/** @typedef {import('./types.mjs').ServiceStatus} ServiceStatus */

/**
 * @template T
 * @param {string} name
 * @param {(handle: unknown) => T | Promise<T>} work
 * @returns {Promise<T>}
 */
export async function withService(name, work) {
  const handle = must('OpenServiceW', scm, name, SERVICE_ALL);
  try {
    return await work(handle);
  } finally {
    api.CloseServiceHandle(handle);
  }
}

/** @param {import('./types.mjs').CreateSpec} spec */
export function create({ name, displayName = name, imagePath, startType = 3, dependencies = [] }) {
  // A multi-string: str16 keeps embedded NULs, and adds the last one itself.
  const list = dependencies.length === 0 ? null : `${dependencies.join('\0')}\0`;
  const args = [
    name,
    displayName,
    SERVICE_ALL,
    WIN32_OWN_PROCESS,
    startType,
    1,
    imagePath,
    null,
    null,
    list,
    null,
    null,
  ];
  api.CloseServiceHandle(must('CreateServiceW', scm, ...args));
}

/** @param {string} name */
export const remove = (name) => withService(name, (handle) => void must('DeleteService', handle));

/** @param {unknown} handle @param {string[]} args */
export async function startHandle(handle, args) {
  const texts = args.map(wide);
  const pointers = new BigUint64Array(Math.max(args.length, 1));
  texts.forEach((text, i) => (pointers[i] = koffi.address(text)));
  const { code, elapsedMs } = await later('StartServiceW', handle, args.length, args.length === 0 ? null : pointers);
  // Named here so that the texts outlive the call.
  if (code !== 0) throw new CallError('StartServiceW', code, { elapsedMs, args: texts.length });
  return { elapsedMs };
}

/** @param {string} name @param {string[]} [args] */
export const start = (name, args = []) => withService(name, (handle) => startHandle(handle, args));

/** @param {string} name @param {number} control */
export function control(name, control) {
  return withService(name, async (handle) => {
    const out = dwords(9);
    const { code, elapsedMs } = await later('ControlService', handle, control, out);
    if (code !== 0) throw new CallError('ControlService', code, { elapsedMs });
    // SERVICE_STATUS is SERVICE_STATUS_PROCESS without the last two fields.
    const { pid: _pid, ...status } = decodeStatus(out);
    return { ...status, elapsedMs };
  });
}

/** @param {Uint32Array} raw @returns {ServiceStatus} */
function decodeStatus(raw) {
  const [
    type = 0,
    state = 0,
    accepts = 0,
    win32ExitCode = 0,
    serviceExitCode = 0,
    checkpoint = 0,
    waitHint = 0,
    pid = 0,
  ] = raw;
  return { type, state, accepts, win32ExitCode, serviceExitCode, checkpoint, waitHint, pid };
}

const needed = dwords(1);

/** @param {unknown} handle @param {Uint32Array} [out] reused by loops that measure */
export function statusOf(handle, out = dwords(9)) {
  must('QueryServiceStatusEx', handle, 0, out, 36, needed);
  return decodeStatus(out);
}

/** @param {string} name */
export const status = (name) => withService(name, (handle) => statusOf(handle));

/** @param {string} name */
export function config(name) {
  return withService(name, (handle) => {
    const buffer = Buffer.alloc(8192);
    must('QueryServiceConfigW', handle, buffer, buffer.length, needed);
    return {
      type: buffer.readUInt32LE(0),
      startType: buffer.readUInt32LE(4),
      errorControl: buffer.readUInt32LE(8),
      imagePath: textAt(buffer, 16),
      account: textAt(buffer, 48),
      displayName: textAt(buffer, 56),
      description: description(handle),
      preshutdownMs: preshutdown(handle),
    };
  });
}

/** @param {unknown} handle */
function description(handle) {
  const buffer = Buffer.alloc(8192);
  must('QueryServiceConfig2W', handle, INFO_DESCRIPTION, buffer, buffer.length, needed);
  return textAt(buffer, 0);
}

/** @param {unknown} handle */
function preshutdown(handle) {
  const out = dwords(1);
  must('QueryServiceConfig2W', handle, INFO_PRESHUTDOWN, out, 4, needed);
  return out[0] ?? 0;
}

/** @param {string} name @param {string} text */
export function setDescription(name, text) {
  return withService(name, async (handle) => {
    const chars = wide(text);
    must('ChangeServiceConfig2W', handle, INFO_DESCRIPTION, new BigUint64Array([koffi.address(chars)]));
    return void chars.length;
  });
}

/** @param {string} name @param {number} ms */
export const setPreshutdown = (name, ms) =>
  withService(name, (handle) => void must('ChangeServiceConfig2W', handle, INFO_PRESHUTDOWN, new Uint32Array([ms])));

/** @returns {import('./types.mjs').ListedService[]} every Win32 service */
export function list() {
  const buffer = Buffer.alloc(256 * 1024);
  const count = dwords(1);
  must('EnumServicesStatusExW', scm, 0, WIN32_TYPES, 3, buffer, buffer.length, needed, count, dwords(1), null);
  return Array.from({ length: count[0] ?? 0 }, (_, i) => {
    // ENUM_SERVICE_STATUS_PROCESSW: two pointers, nine DWORDs, four bytes of padding.
    const at = i * 56;
    const raw = Uint32Array.from({ length: 9 }, (_, n) => buffer.readUInt32LE(at + 16 + n * 4));
    return { name: textAt(buffer, at) ?? '', displayName: textAt(buffer, at + 8) ?? '', ...decodeStatus(raw) };
  });
}
