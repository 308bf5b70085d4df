import { Win32Error } from '../../errors/win32-error.ts';
import { type BoundTable, bindTable } from '../bind-table.ts';
import type { Ffi } from '../ffi/ffi.ts';
import { POINTER_BYTES } from '../ffi/struct.ts';
import {
  ACCESS,
  ATTRIBUTE,
  ERROR_ALREADY_EXISTS,
  FILE_INFORMATION_BYTES,
  FLAG,
  FOLDER_FUNCTIONS,
  OPEN_EXISTING,
  SDDL_REVISION_1,
  SE_FILE_OBJECT,
  SECURITY,
  SECURITY_ATTRIBUTES,
  SHARE_ALL,
  TOKEN_QUERY,
  TOKEN_USER,
} from './functions.ts';

/** State of an existing folder, by the folder itself and not by what a link leads to. */
export interface FolderFacts {
  readonly isFolder: boolean;
  /** A link, a junction or a mount point. */
  readonly isReparsePoint: boolean;
  /** Security identifier of the owner. */
  readonly owner: string;
  /** The access list, as SDDL. */
  readonly sddl: string;
}

/** Win32 calls about folders and their access lists. All of them block, for as long as the disk takes. */
export class FolderCalls {
  readonly ffi: Ffi;
  readonly api: BoundTable<typeof FOLDER_FUNCTIONS>;

  constructor(ffi: Ffi) {
    this.ffi = ffi;
    this.api = bindTable(ffi, FOLDER_FUNCTIONS);
  }

  /** Makes one folder with an access list. Returns `false` when there is something of that name. @throws Win32Error */
  create(path: string, sddl: string): boolean {
    return this.#withDescriptor(sddl, path, (descriptor) => {
      const attributes = SECURITY_ATTRIBUTES.make({
        nLength: SECURITY_ATTRIBUTES.size,
        lpSecurityDescriptor: descriptor,
      });
      if (this.api.CreateDirectoryW(path, attributes)) return true;
      const code = this.ffi.lastError();
      if (code === ERROR_ALREADY_EXISTS) return false;
      throw this.#error('CreateDirectoryW', code, `make the folder ${path}`);
    });
  }

  /** @throws Win32Error */
  read(path: string): FolderFacts {
    return this.#withFolder(path, ACCESS.readControl | ACCESS.readAttributes, (handle) => this.#facts(handle, path));
  }

  /**
   * Gives a folder an owner and an access list, which its content inherits.
   *
   * @param decide gets the present state of the folder and returns the SDDL to set; `undefined`: nothing to do
   * @throws Win32Error; the error that `decide` throws
   */
  secure(path: string, decide: (facts: FolderFacts) => string | undefined): void {
    const access = ACCESS.readControl | ACCESS.readAttributes | ACCESS.writeDac | ACCESS.writeOwner;
    this.#withFolder(path, access, (handle) => {
      const sddl = decide(this.#facts(handle, path));
      if (sddl === undefined) return;
      this.#withDescriptor(sddl, path, (descriptor) => {
        const out = Buffer.alloc(3 * 8);
        this.api.GetSecurityDescriptorDacl(descriptor, out.subarray(16), out, out.subarray(20));
        this.api.GetSecurityDescriptorOwner(descriptor, out.subarray(8), out.subarray(20));
        const what = (SECURITY.owner | SECURITY.dacl | SECURITY.protectedDacl) >>> 0;
        const [dacl, owner] = [pointerAt(out, 0), pointerAt(out, 8)];
        const code = Number(this.api.SetSecurityInfo(handle, SE_FILE_OBJECT, what, owner, null, dacl, null));
        if (code !== 0) throw this.#error('SetSecurityInfo', code, `set the access list of ${path}`);
      });
    });
  }

  /** Security identifier of the account that this process runs as. @throws Win32Error */
  processUser(): string {
    const action = 'find out the account of this process';
    const out = Buffer.alloc(8);
    if (!this.api.OpenProcessToken(this.api.GetCurrentProcess(), TOKEN_QUERY, out))
      throw this.#error('OpenProcessToken', this.ffi.lastError(), action);
    const token = pointerAt(out, 0);
    // A pointer to the identifier, which lies behind it: at most 68 bytes.
    const memory = this.ffi.alloc(256);
    try {
      if (!this.api.GetTokenInformation(token, TOKEN_USER, memory.address, memory.buffer.length, out))
        throw this.#error('GetTokenInformation', this.ffi.lastError(), action);
      return this.#sidText(pointerAt(memory.buffer, 0));
    } finally {
      memory.free();
      this.api.CloseHandle(token);
    }
  }

  /** Security identifier of an account by its name, on this machine or in its domain. @throws Win32Error */
  lookUp(account: string): string {
    const sizes = Buffer.alloc(12);
    const memory = this.ffi.alloc(256);
    const domain = Buffer.alloc(1_024);
    try {
      sizes.writeUInt32LE(memory.buffer.length, 0);
      sizes.writeUInt32LE(domain.length / 2, 4);
      // A local account is written .\name, which this call doesn't know.
      const name = account.replace(/^\.\\/, '');
      const [sidSize, domainSize, use] = [sizes.subarray(0, 4), sizes.subarray(4, 8), sizes.subarray(8)];
      if (!this.api.LookupAccountNameW(null, name, memory.address, sidSize, domain, domainSize, use))
        throw this.#error('LookupAccountNameW', this.ffi.lastError(), `find the account ${account}`);
      return this.#sidText(memory.address);
    } finally {
      memory.free();
    }
  }

  #facts(handle: bigint, path: string): FolderFacts {
    const information = Buffer.alloc(FILE_INFORMATION_BYTES);
    const action = `check the folder ${path}`;
    if (!this.api.GetFileInformationByHandle(handle, information))
      throw this.#error('GetFileInformationByHandle', this.ffi.lastError(), action);
    const attributes = information.readUInt32LE();
    const out = Buffer.alloc(16);
    const what = SECURITY.owner | SECURITY.dacl;
    const code = Number(this.api.GetSecurityInfo(handle, SE_FILE_OBJECT, what, out, null, null, null, out.subarray(8)));
    if (code !== 0) throw this.#error('GetSecurityInfo', code, action);
    const descriptor = pointerAt(out, 8);
    try {
      return {
        isFolder: (attributes & ATTRIBUTE.directory) !== 0,
        isReparsePoint: (attributes & ATTRIBUTE.reparsePoint) !== 0,
        owner: this.#sidText(pointerAt(out, 0)),
        sddl: this.#descriptorText(descriptor, action),
      };
    } finally {
      this.api.LocalFree(descriptor);
    }
  }

  #descriptorText(descriptor: bigint, action: string): string {
    const out = Buffer.alloc(8);
    const api = 'ConvertSecurityDescriptorToStringSecurityDescriptorW';
    if (!this.api[api](descriptor, SDDL_REVISION_1, SECURITY.dacl, out, null))
      throw this.#error(api, this.ffi.lastError(), action);
    return this.#takeText(out);
  }

  #sidText(sid: bigint): string {
    const out = Buffer.alloc(8);
    if (!this.api.ConvertSidToStringSidW(sid, out))
      throw this.#error('ConvertSidToStringSidW', this.ffi.lastError(), 'read a security identifier');
    return this.#takeText(out);
  }

  #takeText(out: Buffer): string {
    const text = this.ffi.readText(pointerAt(out, 0));
    this.api.LocalFree(pointerAt(out, 0));
    return text;
  }

  #withFolder<T>(path: string, access: number, work: (handle: bigint) => T): T {
    const flags = FLAG.openReparsePoint | FLAG.backupSemantics;
    const handle = this.api.CreateFileW(path, access, SHARE_ALL, null, OPEN_EXISTING, flags, null) as bigint;
    if (BigInt.asIntN(POINTER_BYTES * 8, handle) === -1n)
      throw this.#error('CreateFileW', this.ffi.lastError(), `open the folder ${path}`);
    try {
      return work(handle);
    } finally {
      this.api.CloseHandle(handle);
    }
  }

  #withDescriptor<T>(sddl: string, path: string, work: (descriptor: bigint) => T): T {
    const out = Buffer.alloc(8);
    const api = 'ConvertStringSecurityDescriptorToSecurityDescriptorW';
    if (!this.api[api](sddl, SDDL_REVISION_1, out, null))
      throw this.#error(api, this.ffi.lastError(), `make an access list for ${path}`);
    const descriptor = pointerAt(out, 0);
    try {
      return work(descriptor);
    } finally {
      this.api.LocalFree(descriptor);
    }
  }

  #error(api: string, win32Code: number, action: string): Win32Error {
    return new Win32Error({ api, win32Code, action });
  }
}

function pointerAt(buffer: Buffer, at: number): bigint {
  return POINTER_BYTES === 8 ? buffer.readBigUInt64LE(at) : BigInt(buffer.readUInt32LE(at));
}
