import { NtExecutable, NtExecutableResource } from 'pe-library';

/** https://learn.microsoft.com/windows/win32/menurc/resource-types */
const RT_RCDATA = 10;
const RT_VERSION = 16;
/** Name by which Node finds its program. https://nodejs.org/api/single-executable-applications.html */
const RESOURCE = 'NODE_SEA_BLOB';
/** Text that says whether a program is inside: the last character is 0 or 1. */
const FUSE = 'NODE_SEA_FUSE_fce680ab2cc467b6e072b8b5df1996b2:';

/** Version of a node.exe, as its file properties say: `22.23.3`. `undefined`: it has none, or is no program of Windows. */
export function readNodeVersion(exe: Uint8Array): string | undefined {
  const entry = resourcesOf(exe).find(({ type }) => type === RT_VERSION);
  const text = entry && Buffer.from(entry.bin).toString('utf16le');
  return text === undefined ? undefined : /ProductVersion\0+(\d+\.\d+\.\d+)\0/.exec(text)?.[1];
}

/**
 * Puts a program into a copy of node.exe. The signature of Node is removed, because it no longer fits: sign the result.
 *
 * @returns `undefined` when this node.exe can't have a program inside, or has one
 */
export function injectProgram(exe: Uint8Array, blob: Uint8Array): Uint8Array | undefined {
  const file = open(exe);
  const resources = NtExecutableResource.from(file);
  const bin = Uint8Array.from(blob).buffer;
  resources.entries.push({ type: RT_RCDATA, id: RESOURCE, lang: 0, codepage: 0, bin });
  resources.outputResource(file);
  const made = Buffer.from(file.generate());
  const at = made.indexOf(`${FUSE}0`);
  if (at < 0) return undefined;
  made.write('1', at + FUSE.length, 'latin1');
  return made;
}

function resourcesOf(exe: Uint8Array): readonly NtExecutableResource['entries'][number][] {
  try {
    return NtExecutableResource.from(open(exe)).entries;
  } catch {
    return [];
  }
}

function open(exe: Uint8Array): NtExecutable {
  return NtExecutable.from(exe, { ignoreCert: true });
}
