import type { FfiFunction, Ffi, FfiSignature, FfiType } from './ffi/ffi.ts';

export interface TableEntry extends FfiSignature {
  readonly dll: string;
}

export type BoundTable<T> = { readonly [K in keyof T]: FfiFunction };

/** Creates one line of a function table. BOOL is i32, DWORD is u32, handles are ptr. */
export function fn(dll: string, returns: FfiType, args: readonly FfiType[]): TableEntry {
  return { dll: `${dll}.dll`, returns, args };
}

/** Functions to load from another DLL than the table says: tests use one for functions that a system lacks. */
export type DllOverrides = Readonly<Record<string, string>>;

/** Binds the functions of a table, each at its first use: binding costs more than most calls. */
export function bindTable<const T extends Readonly<Record<string, TableEntry>>>(
  ffi: Ffi,
  table: T,
  dlls: DllOverrides = {},
): BoundTable<T> {
  const api: Record<string, FfiFunction> = {};
  for (const [name, signature] of Object.entries(table)) {
    Object.defineProperty(api, name, {
      configurable: true,
      get() {
        const bound = ffi.bind(dlls[name] ?? signature.dll, name, signature);
        Object.defineProperty(api, name, { value: bound });
        return bound;
      },
    });
  }
  return api as BoundTable<T>;
}
