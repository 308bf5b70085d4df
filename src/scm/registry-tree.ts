/** Value of a registry key: REG_SZ and REG_EXPAND_SZ, REG_DWORD and REG_QWORD, REG_MULTI_SZ. Other types are bytes. */
export type RegistryData = string | number | readonly string[] | Uint8Array;

/** Values of a registry key and of the keys under it. The value without a name is `''`. */
export interface RegistryTree {
  readonly values: Readonly<Record<string, RegistryData>>;
  readonly keys: Readonly<Record<string, RegistryTree>>;
}
