import { describe, expect, it } from 'vitest';
import { createKoffiFfi } from '../../../src/win32/ffi/koffi.ts';
import { toLibraryPath } from '../../../src/win32/ffi/library-path.ts';
import type { Koffi } from '../../../src/win32/ffi/load-koffi.ts';

const SYSTEM = 'C:\\Wïndows\\system32';

describe('toLibraryPath', () => {
  it.each([
    ['advapi32.dll', `${SYSTEM}\\advapi32.dll`],
    ['wevtapi.dll', `${SYSTEM}\\wevtapi.dll`],
    ['ntdll.dll', `${SYSTEM}\\ntdll.dll`],
    ['kernel32.dll', 'kernel32.dll'],
    ['C:\\rig\\fake.dll', 'C:\\rig\\fake.dll'],
    ['./fake.dll', './fake.dll'],
  ])('%s is loaded as %s', (dll, path) => {
    expect(toLibraryPath(dll, () => SYSTEM)).toBe(path);
  });
});

describe('koffi', () => {
  function load(isWindows: boolean): string[] {
    const loaded: string[] = [];
    const GetSystemDirectoryW = (buffer: Buffer): number => buffer.write(SYSTEM, 'utf16le') / 2;
    const koffi = {
      config: () => ({ async_stack_size: 2 ** 20 }),
      load: (path: string) => {
        loaded.push(path);
        return {
          func: (_call: string, name: string) => (name === 'GetSystemDirectoryW' ? GetSystemDirectoryW : () => 0),
        };
      },
    } as unknown as Koffi;
    const ffi = createKoffiFfi(koffi, isWindows);
    for (const dll of ['advapi32.dll', 'user32.dll', 'advapi32.dll'])
      ffi.bind(dll, 'Any', { returns: 'u32', args: [] });
    return loaded;
  }

  it('loads each DLL of Windows once, from the system folder', () => {
    expect(load(true)).toEqual(['kernel32.dll', `${SYSTEM}\\advapi32.dll`, `${SYSTEM}\\user32.dll`]);
  });

  it('takes names as they are elsewhere', () => {
    expect(load(false)).toEqual(['advapi32.dll', 'user32.dll']);
  });

  it.each([
    ['with a smaller stack', 128 * 1_024, [2 ** 20]],
    ['with that of the app, which is larger', 2 ** 22, []],
    ['that names no size', undefined, [2 ** 20]],
  ])('gives calls on the pool a stack of 1 MiB, before a library is loaded: koffi %s', (_, async_stack_size, sizes) => {
    const steps: unknown[] = [];
    const koffi = {
      config: (change?: { async_stack_size: number }) => {
        if (change) steps.push(change.async_stack_size);
        return { async_stack_size };
      },
      load: () => {
        steps.push('load');
        return { func: () => () => 0 };
      },
    } as unknown as Koffi;
    createKoffiFfi(koffi, false).bind('any.dll', 'Any', { returns: 'u32', args: [] });
    expect(steps).toEqual([...sizes, 'load']);
  });

  it('works where koffi refuses another size, because a library was loaded before', () => {
    const koffi = {
      config: (change?: object) => {
        if (change) throw new Error('cannot change configuration once a library has been loaded');
        return { async_stack_size: 128 * 1_024 };
      },
      load: () => ({ func: () => () => 7 }),
    } as unknown as Koffi;
    const any = createKoffiFfi(koffi, false).bind('any.dll', 'Any', { returns: 'u32', args: [] });
    expect(any.call([])).toBeDefined();
  });
});
