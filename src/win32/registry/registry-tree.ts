import type { RegistryData, RegistryTree } from '../../scm/registry-tree.ts';
import { KEY, REG_DWORD, REG_EXPAND_SZ, REG_MULTI_SZ, REG_QWORD, REG_SZ } from './constants.ts';
import type { Registry } from './registry-key.ts';

/** Deepest key that is read. The settings of services have two levels. */
const MAX_DEPTH = 8;

/** Reads a key with everything under it; `undefined` when there is no such key. @throws Win32Error */
export function readRegistryTree(registry: Registry, path: string, depth = 0): RegistryTree | undefined {
  const found = registry.with(path, KEY.READ, (key) => ({ values: key.values(), names: key.names() }));
  if (!found) return undefined;
  const keys = depth >= MAX_DEPTH ? [] : found.names;
  return {
    values: Object.fromEntries(found.values.map(({ name, type, bytes }) => [name, toData(type, bytes)])),
    keys: Object.fromEntries(
      keys.map((name) => [name, readRegistryTree(registry, `${path}\\${name}`, depth + 1) ?? { values: {}, keys: {} }]),
    ),
  };
}

/** Decodes a value. https://learn.microsoft.com/windows/win32/sysinfo/registry-value-types */
function toData(type: number, bytes: Buffer): RegistryData {
  if (type === REG_SZ || type === REG_EXPAND_SZ) return bytes.toString('utf16le').replace(/\0[^]*$/, '');
  if (type === REG_DWORD && bytes.length >= 4) return bytes.readUInt32LE();
  if (type === REG_QWORD && bytes.length >= 8) return Number(bytes.readBigUInt64LE());
  // The list ends with an empty text.
  if (type === REG_MULTI_SZ) return bytes.toString('utf16le').replace(/\0+$/, '').split('\0').filter(Boolean);
  return Uint8Array.from(bytes);
}
