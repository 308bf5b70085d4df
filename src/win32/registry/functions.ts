import { fn } from '../bind-table.ts';

/** Functions of the registry. Source: https://learn.microsoft.com/windows/win32/sysinfo/registry-functions */
export const REGISTRY_FUNCTIONS = {
  RegCloseKey: fn('advapi32', 'u32', ['ptr']),
  RegConnectRegistryW: fn('advapi32', 'u32', ['text', 'ptr', 'ptr']),
  RegCreateKeyExW: fn('advapi32', 'u32', ['ptr', 'text', 'u32', 'ptr', 'u32', 'u32', 'ptr', 'ptr', 'ptr']),
  RegDeleteKeyExW: fn('advapi32', 'u32', ['ptr', 'text', 'u32', 'u32']),
  RegEnumKeyExW: fn('advapi32', 'u32', ['ptr', 'u32', 'ptr', 'ptr', 'ptr', 'ptr', 'ptr', 'ptr']),
  RegEnumValueW: fn('advapi32', 'u32', ['ptr', 'u32', 'ptr', 'ptr', 'ptr', 'ptr', 'ptr', 'ptr']),
  RegOpenKeyExW: fn('advapi32', 'u32', ['ptr', 'text', 'u32', 'u32', 'ptr']),
  RegQueryValueExW: fn('advapi32', 'u32', ['ptr', 'text', 'ptr', 'ptr', 'ptr', 'ptr']),
  RegSetValueExW: fn('advapi32', 'u32', ['ptr', 'text', 'u32', 'u32', 'ptr', 'u32']),
} as const;
