import { open } from 'node:fs/promises';
import type { ProgramArchitecture } from '../../scm/machine-probe.ts';

const DOS_SIGNATURE = 0x5a4d;
const PE_SIGNATURE = 0x4550;
const PE_OFFSET_AT = 0x3c;
const HEADER_BYTES = 4_096;
/** Values of IMAGE_FILE_MACHINE_*. Source: https://learn.microsoft.com/windows/win32/debug/pe-format#machine-types */
const MACHINES: Readonly<Record<number, ProgramArchitecture>> = { 0x8664: 'x64', 0x14c: 'ia32', 0xaa64: 'arm64' };

/** Reads the architecture that a program file was built for from its header. */
export async function readArchitecture(file: string): Promise<ProgramArchitecture> {
  const handle = await open(file);
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(HEADER_BYTES), 0, HEADER_BYTES, 0);
    return architectureOf(buffer.subarray(0, bytesRead));
  } finally {
    await handle.close();
  }
}

/** Returns the architecture by the first bytes of a program file. */
export function architectureOf(header: Buffer): ProgramArchitecture {
  if (header.length < PE_OFFSET_AT + 4 || header.readUInt16LE(0) !== DOS_SIGNATURE) return 'none';
  const at = header.readUInt32LE(PE_OFFSET_AT);
  if (at + 6 > header.length || header.readUInt32LE(at) !== PE_SIGNATURE) return 'none';
  return MACHINES[header.readUInt16LE(at + 4)] ?? 'other';
}
