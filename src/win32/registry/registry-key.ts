import { Win32Error } from '../../errors/win32-error.ts';
import type { Ffi } from '../ffi/ffi.ts';
import { type BoundTable, bindTable } from '../bind-table.ts';
import {
  ERROR_FILE_NOT_FOUND,
  ERROR_MORE_DATA,
  ERROR_NO_MORE_ITEMS,
  ERROR_SUCCESS,
  HKEY_LOCAL_MACHINE,
  KEY,
  REG_DWORD,
  REG_EXPAND_SZ,
  REG_OPTION_NON_VOLATILE,
  REG_SZ,
} from './constants.ts';
import { REGISTRY_FUNCTIONS } from './functions.ts';

/** The longest name of a key, with its end. https://learn.microsoft.com/windows/win32/sysinfo/registry-element-size-limits */
const NAME_CHARS = 256;
/** The longest name of a value, with its end. */
const VALUE_NAME_CHARS = 16_384;

/** Registry calls give the error as their result; GetLastError has nothing of it. */
export class Registry {
  readonly #api: BoundTable<typeof REGISTRY_FUNCTIONS>;
  readonly #root: bigint;

  constructor(ffi: Ffi, root = HKEY_LOCAL_MACHINE) {
    this.#api = bindTable(ffi, REGISTRY_FUNCTIONS);
    this.#root = root;
  }

  /** The registry of another machine; connecting can take as long as the network likes. */
  static async connect(ffi: Ffi, machine: string): Promise<Registry> {
    const api = bindTable(ffi, REGISTRY_FUNCTIONS);
    const out = ffi.alloc(8);
    try {
      const { value } = await api.RegConnectRegistryW.async(`\\\\${machine}`, HKEY_LOCAL_MACHINE, out.address);
      if (value !== ERROR_SUCCESS) {
        throw new Win32Error({
          api: 'RegConnectRegistryW',
          win32Code: Number(value),
          action: `reach the registry of ${machine}`,
        });
      }
      return new Registry(ffi, out.buffer.readBigUInt64LE());
    } finally {
      out.free();
    }
  }

  close(): void {
    if (this.#root !== HKEY_LOCAL_MACHINE) this.#api.RegCloseKey(this.#root);
  }

  /** Works on a key and closes it; `undefined` when there is no such key. @throws Win32Error */
  with<T>(path: string, access: number, work: (key: RegistryKey) => T): T | undefined {
    const out = Buffer.alloc(8);
    const code = Number(this.#api.RegOpenKeyExW(this.#root, path, 0, access | KEY.WOW64_64KEY, out));
    if (code === ERROR_FILE_NOT_FOUND) return undefined;
    this.#check(code, 'RegOpenKeyExW', `open the registry key ${path}`);
    return this.#use(out.readBigUInt64LE(), path, work);
  }

  /** The same, and makes the key when there is none. */
  withNew<T>(path: string, access: number, work: (key: RegistryKey) => T): T {
    const out = Buffer.alloc(8);
    const code = Number(
      this.#api.RegCreateKeyExW(
        this.#root,
        path,
        0,
        null,
        REG_OPTION_NON_VOLATILE,
        access | KEY.WOW64_64KEY,
        null,
        out,
        null,
      ),
    );
    this.#check(code, 'RegCreateKeyExW', `make the registry key ${path}`);
    return this.#use(out.readBigUInt64LE(), path, work);
  }

  /** Deletes a key that has no keys under it. Returns whether there was one. */
  remove(path: string): boolean {
    const code = Number(this.#api.RegDeleteKeyExW(this.#root, path, KEY.WOW64_64KEY, 0));
    if (code === ERROR_FILE_NOT_FOUND) return false;
    this.#check(code, 'RegDeleteKeyExW', `delete the registry key ${path}`);
    return true;
  }

  #use<T>(handle: bigint, path: string, work: (key: RegistryKey) => T): T {
    try {
      return work(new RegistryKey(this.#api, handle, path));
    } finally {
      this.#api.RegCloseKey(handle);
    }
  }

  #check(code: number, api: string, action: string): void {
    if (code !== ERROR_SUCCESS) throw new Win32Error({ api, win32Code: code, action });
  }
}

/** An open key. */
export class RegistryKey {
  readonly #api: BoundTable<typeof REGISTRY_FUNCTIONS>;
  readonly #handle: bigint;
  readonly #path: string;

  constructor(api: BoundTable<typeof REGISTRY_FUNCTIONS>, handle: bigint, path: string) {
    this.#api = api;
    this.#handle = handle;
    this.#path = path;
  }

  names(): string[] {
    const found: string[] = [];
    const name = Buffer.alloc(NAME_CHARS * 2);
    const size = Buffer.alloc(4);
    for (;;) {
      size.writeUInt32LE(NAME_CHARS);
      const code = Number(this.#api.RegEnumKeyExW(this.#handle, found.length, name, size, null, null, null, null));
      if (code === ERROR_NO_MORE_ITEMS) return found;
      this.#check(code, 'RegEnumKeyExW', 'list the keys of');
      found.push(name.toString('utf16le', 0, size.readUInt32LE() * 2));
    }
  }

  /** Names of the values with their types and bytes. */
  values(): { readonly name: string; readonly type: number; readonly bytes: Buffer }[] {
    const found: { name: string; type: number; bytes: Buffer }[] = [];
    const name = Buffer.alloc(VALUE_NAME_CHARS * 2);
    const [chars, type, size] = [Buffer.alloc(4), Buffer.alloc(4), Buffer.alloc(4)];
    for (let room = 1024; ;) {
      const bytes = Buffer.alloc(room);
      chars.writeUInt32LE(VALUE_NAME_CHARS);
      size.writeUInt32LE(room);
      const code = Number(this.#api.RegEnumValueW(this.#handle, found.length, name, chars, null, type, bytes, size));
      if (code === ERROR_NO_MORE_ITEMS) return found;
      if (code === ERROR_MORE_DATA) {
        room = Math.max(size.readUInt32LE(), room * 2);
        continue;
      }
      this.#check(code, 'RegEnumValueW', 'list the values of');
      found.push({
        name: name.toString('utf16le', 0, chars.readUInt32LE() * 2),
        type: type.readUInt32LE(),
        bytes: bytes.subarray(0, size.readUInt32LE()),
      });
    }
  }

  text(value: string): string | undefined {
    const bytes = this.#query(value);
    return bytes?.toString('utf16le').replace(/\0[^]*$/, '');
  }

  dword(value: string): number | undefined {
    const bytes = this.#query(value);
    return bytes && bytes.length >= 4 ? bytes.readUInt32LE() : undefined;
  }

  setText(value: string, text: string): void {
    this.#set(value, REG_EXPAND_SZ, Buffer.from(`${text}\0`, 'utf16le'));
  }

  /** Text in which `%NAME%` isn't expanded. */
  setPlainText(value: string, text: string): void {
    this.#set(value, REG_SZ, Buffer.from(`${text}\0`, 'utf16le'));
  }

  setDword(value: string, number: number): void {
    const bytes = Buffer.alloc(4);
    bytes.writeUInt32LE(number);
    this.#set(value, REG_DWORD, bytes);
  }

  #query(value: string): Buffer | undefined {
    const size = Buffer.alloc(4);
    // Another program may make the value longer between the two calls.
    for (let room = 1024; ; room = size.readUInt32LE()) {
      const bytes = Buffer.alloc(room);
      size.writeUInt32LE(room);
      const code = Number(this.#api.RegQueryValueExW(this.#handle, value, null, null, bytes, size));
      if (code === ERROR_FILE_NOT_FOUND) return undefined;
      if (code === ERROR_MORE_DATA) continue;
      this.#check(code, 'RegQueryValueExW', `read ${value} of`);
      return bytes.subarray(0, size.readUInt32LE());
    }
  }

  #set(value: string, type: number, bytes: Buffer): void {
    const code = Number(this.#api.RegSetValueExW(this.#handle, value, 0, type, bytes, bytes.length));
    this.#check(code, 'RegSetValueExW', `set ${value} of`);
  }

  #check(code: number, api: string, action: string): void {
    if (code !== ERROR_SUCCESS) {
      throw new Win32Error({ api, win32Code: code, action: `${action} the registry key ${this.#path}` });
    }
  }
}
