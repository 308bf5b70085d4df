import { describe, expect, it } from 'vitest';
import type { Ffi } from '../../../src/win32/ffi/ffi.ts';
import { createFfiRsFfi } from '../../../src/win32/ffi/ffi-rs.ts';
import type { NativeSystem } from '../../../src/win32/ffi/native-system.ts';
import { createFfi } from '../../../src/win32/ffi/open-ffi.ts';

const LIBC = 'libc.so.6';
/** The same functions of glibc: the port is proven on Linux, its Windows half is not (Wine 8 can't load ffi-rs). */
const GLIBC: NativeSystem = {
  alloc: [LIBC, 'calloc'],
  allocArgs: (bytes) => [1n, BigInt(bytes)],
  free: [LIBC, 'free'],
  move: [LIBC, 'memmove'],
  module: [LIBC, 'labs'],
  moduleArgs: () => [0n],
  symbol: [LIBC, 'dlsym'],
};
const EBADF = 9;

describe('openFfi', () => {
  it('refuses a library that it does not know, and names those that it does', () => {
    expect(() => createFfi('ffi-napi')).toThrow(
      expect.objectContaining({ code: 'FFI_MISSING', message: expect.stringMatching(/koffi, ffi-rs/) as string }),
    );
  });
});

const installed = ((): Ffi | undefined => {
  try {
    return process.platform === 'linux' ? createFfiRsFfi(GLIBC) : undefined;
  } catch {
    return undefined;
  }
})();
if (!installed) process.stdout.write('ffi-rs: skipped: it is not installed, or this is no Linux with glibc\n');

describe.skipIf(!installed)('ffi-rs behind the port', () => {
  const ffi = installed as Ffi;

  it('passes numbers, and gives them back', () => {
    const abs = ffi.bind(LIBC, 'abs', { returns: 'i32', args: ['i32'] });
    expect(abs(-5)).toBe(5);
    expect(ffi.bind(LIBC, 'abs', { returns: 'u32', args: ['u32'] })(0xffff_ffff)).toBe(1);
  });

  it('has memory that stays where it is, zeroed, and shared with native code', () => {
    const memory = ffi.alloc(64);
    expect(memory.buffer).toEqual(Buffer.alloc(64));
    memory.buffer.write('hello');
    expect(ffi.bind(LIBC, 'strlen', { returns: 'u32', args: ['ptr'] })(memory.address)).toBe(5);
    expect(ffi.read(memory.address, 5).toString()).toBe('hello');
    memory.free();
  });

  it('gives pointers as unsigned numbers, whatever their sign, and NULL as 0', () => {
    const move = ffi.bind(LIBC, 'memmove', { returns: 'ptr', args: ['ptr', 'ptr', 'u32'] });
    expect(move(0xffff_ffff_8000_0002n, 0n, 0)).toBe(0xffff_ffff_8000_0002n);
    expect(move(null, null, 0)).toBe(0n);
  });

  it('passes a Buffer as the address of its bytes', () => {
    const strlen = ffi.bind(LIBC, 'strlen', { returns: 'u32', args: ['ptr'] });
    expect(strlen(Buffer.from('abc\0def'))).toBe(3);
  });

  it('passes texts as UTF-16, and reads them', () => {
    const duplicate = ffi.bind(LIBC, 'memmove', { returns: 'ptr', args: ['ptr', 'text', 'u32'] });
    const text = 'Grüße 試験 🚀';
    const memory = ffi.alloc(64);
    duplicate(memory.address, text, (text.length + 1) * 2);
    expect(ffi.readText(memory.address)).toBe(text);
    memory.free();
  });

  it('reads a text that goes over many pages', () => {
    const text = 'ü'.repeat(10_000);
    const memory = ffi.alloc((text.length + 1) * 2);
    memory.buffer.write(text, 'utf16le');
    expect(ffi.readText(memory.address)).toBe(text);
    memory.free();
  });

  it('tells the error of the last call, also of one on another thread', async () => {
    const close = ffi.bind(LIBC, 'close', { returns: 'i32', args: ['i32'] });
    expect(close(-1)).toBe(-1);
    expect(ffi.lastError()).toBe(EBADF);
    expect(await close.async(-1)).toEqual({ value: -1, lastError: EBADF });
  });

  it('keeps texts alive until a call on another thread is over', async () => {
    const memory = ffi.alloc(64);
    const copy = ffi.bind(LIBC, 'memmove', { returns: 'ptr', args: ['ptr', 'text', 'u32'] });
    expect(await copy.async(memory.address, 'later', 12)).toMatchObject({ value: memory.address });
    expect(ffi.readText(memory.address)).toBe('later');
    memory.free();
  });

  it('refuses what is not there', () => {
    const signature = { returns: 'i32', args: [] } as const;
    expect(() => ffi.bind('no-such-library.so', 'f', signature)).toThrow(
      expect.objectContaining({ code: 'WINDOWS_ONLY' }),
    );
    expect(() => ffi.bind(LIBC, 'no_such_function', signature)).toThrow(
      expect.objectContaining({ code: 'WINDOWS_ONLY' }),
    );
    expect(ffi.symbol(LIBC, 'strlen')).not.toBe(0n);
  });

  it('refuses callbacks: it can not host a service', () => {
    expect(() => ffi.callback({ returns: 'u32', args: [] }, () => 0)).toThrow(
      expect.objectContaining({ code: 'FFI_MISSING' }),
    );
  });
});
