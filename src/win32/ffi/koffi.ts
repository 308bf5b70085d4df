import { ServiceError } from '../../errors/service-error.ts';
import { toError } from '../../util/to-error.ts';
import type { FfiFunction, Ffi, FfiResult, FfiSignature, FfiType, FfiValue } from './ffi.ts';
import { decodeSystemFolder, KERNEL32, MAX_PATH, toLibraryPath } from './library-path.ts';
import { type Koffi, loadKoffi } from './load-koffi.ts';

type Library = ReturnType<Koffi['load']>;

const TYPES: Record<FfiType, string> = { void: 'void', u32: 'uint32', i32: 'int32', ptr: 'void *', text: 'str16' };
/** Matters on ia32 only; other architectures have one calling convention. */
const STDCALL = '__stdcall';

/** Stack of a call on the pool, in bytes: the size of a Windows thread. koffi's default is 128 KiB. */
const ASYNC_STACK_BYTES = 2 ** 20;

/** Sets the stack size. koffi refuses after a library was loaded, by this thread or by the app, whose setting then counts. */
function setAsyncStack(koffi: Koffi): void {
  try {
    if ((koffi.config().async_stack_size ?? 0) < ASYNC_STACK_BYTES)
      koffi.config({ async_stack_size: ASYNC_STACK_BYTES });
  } catch {
    // The calls work with the smaller stack, as long as no other software in the process needs more.
  }
}

/** Adapter for koffi. Loaded at the first call, so that importing winsvc works on any system. */
export function createKoffiFfi(koffi: Koffi = loadKoffi(), isWindows = process.platform === 'win32'): Ffi {
  const libraries = new Map<string, Library>();
  setAsyncStack(koffi);

  function library(dll: string): Library {
    let found = libraries.get(dll);
    if (!found) {
      try {
        found = koffi.load(isWindows ? toLibraryPath(dll, systemFolder) : dll);
      } catch (cause) {
        throw new ServiceError(
          'WINDOWS_ONLY',
          `${dll} can't be loaded on ${process.platform}: this call needs Windows.`,
          { cause },
        );
      }
      libraries.set(dll, found);
    }
    return found;
  }

  let folder: string | undefined;
  function systemFolder(): string {
    if (folder === undefined) {
      const buffer = Buffer.alloc(MAX_PATH * 2);
      const read = library(KERNEL32).func(STDCALL, 'GetSystemDirectoryW', 'uint32', ['void *', 'uint32']);
      folder = decodeSystemFolder(buffer, read(buffer, MAX_PATH) as number);
    }
    return folder;
  }

  function bind(dll: string, name: string, { returns, args }: FfiSignature): FfiFunction {
    let fn: ReturnType<Library['func']>;
    try {
      fn = library(dll).func(
        STDCALL,
        name,
        TYPES[returns],
        args.map((type) => TYPES[type]),
      );
    } catch (cause) {
      if (cause instanceof ServiceError) throw cause;
      throw new ServiceError('WINDOWS_ONLY', `${dll} has no ${name}: the call needs a newer Windows.`, {
        cause,
        details: { dll, name },
      });
    }
    const call = (...values: FfiValue[]): FfiValue => fn(...values) as FfiValue;
    const async = (...values: FfiValue[]): Promise<FfiResult> =>
      new Promise((resolve, reject) => {
        fn.async(...values, (error: unknown, value: FfiValue) => {
          // koffi keeps the error of the pool's thread for as long as this callback runs.
          if (error) reject(toError(error));
          else resolve({ value, lastError: lastError() });
        });
      });
    return Object.assign(call, { async });
  }

  let getLastError: (() => number) | undefined;
  function lastError(): number {
    getLastError ??= library(KERNEL32).func(STDCALL, 'GetLastError', 'uint32', []) as () => number;
    return getLastError();
  }

  return {
    name: 'koffi',
    bind,
    lastError,
    symbol: (dll, name) => library(dll).symbol(name) as bigint,
    callback({ returns, args }, fn) {
      const proto = koffi.proto(
        STDCALL,
        TYPES[returns],
        args.map((type) => TYPES[type]),
      );
      return koffi.register(fn, koffi.pointer(proto));
    },
    alloc(bytes) {
      const address = koffi.alloc('uint8', bytes) as bigint;
      const buffer = Buffer.from(koffi.view(address, bytes));
      buffer.fill(0);
      return {
        address,
        buffer,
        free() {
          koffi.free(address);
        },
      };
    },
    read: (address, bytes) => Buffer.from(Buffer.from(koffi.view(address, bytes))),
    readText: (address) => koffi.decode.string16(address),
  };
}
