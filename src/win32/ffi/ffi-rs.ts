import { ServiceError } from '../../errors/service-error.ts';
import { ownRequire } from '../../util/package-files.ts';
import { toError } from '../../util/to-error.ts';
import type { FFIParams } from 'ffi-rs';
import type { FfiFunction, Ffi, FfiSignature, FfiType, FfiValue, NativeMemory } from './ffi.ts';
import { decodeSystemFolder, KERNEL32, MAX_PATH, toLibraryPath } from './library-path.ts';
import { type NativeSystem, WINDOWS } from './native-system.ts';

type FfiRs = typeof import('ffi-rs');
type Type = import('ffi-rs').DataType;
type Params = FFIParams<Type, boolean, boolean>;
interface Answer {
  readonly value: unknown;
  readonly errnoCode: number;
}

/**
 * Adapter for ffi-rs, an alternative for the calls of clients. It can't host a service, because its callbacks crash when a
 * thread of Windows calls them with a pointer. Pointers are passed as 64-bit numbers, and texts in allocated memory.
 *
 * @throws ServiceError FFI_MISSING
 */
export function createFfiRsFfi(system: NativeSystem = WINDOWS): Ffi {
  const ffi = loadFfiRs();
  const { DataType } = ffi;
  const types: Record<FfiType, Type> = {
    void: DataType.Void,
    u32: DataType.U32,
    i32: DataType.I32,
    ptr: DataType.BigInt,
    text: DataType.BigInt,
  };
  const opened = new Set<string>();
  let last = 0;

  function open(dll: string): void {
    if (opened.has(dll)) return;
    try {
      ffi.open({ library: dll, path: system.systemFolder ? toLibraryPath(dll, systemFolder) : dll });
    } catch (cause) {
      throw new ServiceError(
        'WINDOWS_ONLY',
        `${dll} can't be loaded on ${process.platform}: this call needs Windows.`,
        {
          cause,
        },
      );
    }
    opened.add(dll);
  }

  let folder: string | undefined;
  function systemFolder(): string {
    if (folder === undefined) {
      const buffer = Buffer.alloc(MAX_PATH * 2);
      const [dll, name] = system.systemFolder ?? [KERNEL32, ''];
      const { BigInt: Number64, U8Array } = DataType;
      const chars = ffi.load(load(dll, name, Number64, [U8Array, Number64], [buffer, BigInt(MAX_PATH)]));
      folder = decodeSystemFolder(buffer, Number(BigInt.asUintN(32, chars as unknown as bigint)));
    }
    return folder;
  }

  function load(dll: string, name: string, retType: Type, paramsType: Type[], paramsValue: unknown[]): Params {
    open(dll);
    return { library: dll, funcName: name, retType, paramsType, paramsValue };
  }

  /** Makes an internal call, which doesn't change `lastError` for the caller. */
  function native(
    [dll, name]: readonly [string, string],
    retType: Type,
    ...values: (bigint | string | Buffer)[]
  ): unknown {
    const kinds = values.map((value) => {
      if (typeof value === 'bigint') return DataType.BigInt;
      return typeof value === 'string' ? DataType.String : DataType.U8Array;
    });
    return ffi.load(load(dll, name, retType, kinds, values));
  }

  function view(address: bigint, bytes: number): Buffer {
    // memmove of memory onto itself returns the address in the form that a Buffer can be made of.
    const pointer = native(system.move, DataType.External, address, address, 0n);
    return ffi.createExternalBuffer(pointer as Parameters<FfiRs['createExternalBuffer']>[0], bytes);
  }

  function alloc(bytes: number): NativeMemory {
    const address = native(system.alloc, DataType.BigInt, ...system.allocArgs(bytes)) as bigint;
    const buffer = view(address, bytes);
    return {
      address,
      buffer,
      free() {
        native(system.free, DataType.BigInt, address);
      },
    };
  }

  function symbol(dll: string, name: string): bigint {
    open(dll);
    const module = native(system.module, DataType.BigInt, ...system.moduleArgs(dll)) as bigint;
    return BigInt.asUintN(64, native(system.symbol, DataType.BigInt, module, name) as bigint);
  }

  function bind(dll: string, name: string, { returns, args }: FfiSignature): FfiFunction {
    if (symbol(dll, name) === 0n) {
      throw new ServiceError('WINDOWS_ONLY', `${dll} has no ${name}: the call needs a newer Windows.`, {
        details: { dll, name },
      });
    }
    const prepare = (values: readonly FfiValue[]): { params: Params; texts: readonly NativeMemory[] } => {
      const texts: NativeMemory[] = [];
      const given = args.map((type, i) => toNative(type, values[i], (text) => texts[texts.push(textOf(text)) - 1]));
      const kinds = given.map((value, i) => (value instanceof Buffer ? DataType.U8Array : types[args[i] ?? 'ptr']));
      return { params: { ...load(dll, name, types[returns], kinds, given), errno: true }, texts };
    };
    const call = (...values: FfiValue[]): FfiValue => {
      const { params, texts } = prepare(values);
      try {
        const { value, errnoCode } = ffi.load(params) as unknown as Answer;
        last = errnoCode;
        return fromNative(returns, value);
      } finally {
        for (const text of texts) text.free();
      }
    };
    const async: FfiFunction['async'] = async (...values) => {
      const { params, texts } = prepare(values);
      try {
        const { value, errnoCode } = (await ffi.load({ ...params, runInNewThread: true })) as unknown as Answer;
        return { value: fromNative(returns, value), lastError: errnoCode };
      } finally {
        for (const text of texts) text.free();
      }
    };
    return Object.assign(call, { async });
  }

  function textOf(text: string): NativeMemory {
    const bytes = Buffer.from(`${text}\0`, 'utf16le');
    const memory = alloc(bytes.length);
    bytes.copy(memory.buffer);
    return memory;
  }

  return {
    name: 'ffi-rs',
    bind,
    lastError: () => last,
    symbol,
    callback() {
      throw new ServiceError(
        'FFI_MISSING',
        'ffi-rs cannot call back into JavaScript from the threads of Windows: a service is hosted by koffi. Unset WINSVC_FFI.',
        {
          details: { packages: ['koffi'] },
        },
      );
    },
    alloc,
    read: (address, bytes) => Buffer.from(view(address, bytes)),
    readText: (address) => readText(address, view),
  };
}

/** Converts a value to a pointer: a text to its address, a number to 64 bits with its sign. */
function toNative(type: FfiType, value: FfiValue, textAt: (text: string) => NativeMemory | undefined): unknown {
  if (type === 'u32' || type === 'i32') return Number(value);
  if (value === null || value === undefined) return 0n;
  if (typeof value === 'string') return textAt(value)?.address ?? 0n;
  return typeof value === 'bigint' ? BigInt.asIntN(64, value) : value;
}

function fromNative(type: FfiType, value: unknown): FfiValue {
  return type === 'ptr' ? BigInt.asUintN(64, value as bigint) : (value as FfiValue);
}

const PAGE = 4_096n;

/** Reads page by page: memory after the last page may not be readable. */
function readText(address: bigint, view: (address: bigint, bytes: number) => Buffer): string {
  const parts: string[] = [];
  for (let at = address; ;) {
    const page = view(at, Number(PAGE - (at % PAGE)));
    for (let end = 0; end + 1 < page.length; end += 2) {
      if (page.readUInt16LE(end) === 0) return parts.join('') + page.toString('utf16le', 0, end);
    }
    parts.push(page.toString('utf16le'));
    at += BigInt(page.length);
  }
}

function loadFfiRs(): FfiRs {
  try {
    return ownRequire()('ffi-rs') as FfiRs;
  } catch (cause) {
    const { message } = toError(cause);
    throw new ServiceError(
      'FFI_MISSING',
      `WINSVC_FFI=ffi-rs needs the package ffi-rs, which can't be loaded: ${message.split('\n', 1)[0] ?? ''} Run "npm install ffi-rs" on this machine, or unset WINSVC_FFI to use koffi.`,
      { cause, details: { packages: ['ffi-rs'] } },
    );
  }
}
