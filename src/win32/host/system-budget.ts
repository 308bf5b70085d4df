import { release } from 'node:os';
import type { Ffi } from '../ffi/ffi.ts';
import type { SystemEnd } from '../../host/system-end.ts';
import { bindTable, fn } from '../bind-table.ts';
import { NO_ERROR } from '../constants.ts';
import { POINTER_BYTES } from '../ffi/struct.ts';

const FUNCTIONS = {
  RegGetValueW: fn('advapi32', 'i32', ['ptr', 'text', 'text', 'u32', 'ptr', 'ptr', 'ptr']),
} as const;

/** A LONG that is cast to a pointer: on 64 bits its sign is extended. */
const HKEY_LOCAL_MACHINE = POINTER_BYTES === 8 ? 0xffff_ffff_8000_0002n : 0x8000_0002n;
const RRF_RT_REG_SZ = 0x2;
const RRF_RT_REG_DWORD = 0x10;
const RRF_SUBKEY_WOW6464KEY = 0x1_0000;
const ROOM = 64;
/** From this build of Windows on (1703) the default of a preshutdown is 10 s. */
const BUILD_1703 = 15_063;

/**
 * Reads the time that the system gives a service to end, in milliseconds; undefined: the default. It comes from the
 * registry, not from the SCM, which waits for the answer to a control at that moment.
 *
 * Source: https://learn.microsoft.com/windows/win32/services/service-control-handler-function
 */
export function readSystemBudget(ffi: Ffi, end: SystemEnd, service: string): number | undefined {
  const control = 'SYSTEM\\CurrentControlSet\\Control';
  const services = `SYSTEM\\CurrentControlSet\\Services\\${service}`;
  if (end === 'shutdown') return milliseconds(read(ffi, control, 'WaitToKillServiceTimeout', RRF_RT_REG_SZ));
  const bytes = read(ffi, services, 'PreshutdownTimeout', RRF_RT_REG_DWORD);
  return bytes?.readUInt32LE() ?? (Number(release().split('.')[2]) < BUILD_1703 ? 180_000 : undefined);
}

/** Parses milliseconds; a text that is no number counts as missing. */
function milliseconds(bytes: Buffer | undefined): number | undefined {
  const text = bytes?.toString('utf16le').replace(/\0[^]*$/, '');
  return text !== undefined && /^\s*\d{1,10}\s*$/.test(text) ? Number(text) : undefined;
}

function read(ffi: Ffi, key: string, value: string, type: number): Buffer | undefined {
  const bytes = Buffer.alloc(ROOM);
  const size = Buffer.alloc(4);
  size.writeUInt32LE(ROOM);
  const { RegGetValueW } = bindTable(ffi, FUNCTIONS);
  const flags = type | RRF_SUBKEY_WOW6464KEY;
  const code = Number(RegGetValueW(HKEY_LOCAL_MACHINE, key, value, flags, null, bytes, size));
  return code === NO_ERROR ? bytes.subarray(0, size.readUInt32LE()) : undefined;
}
