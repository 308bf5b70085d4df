import type { FfiFunction, FfiPort, FfiSignature, FfiType } from '../ports/ffi-port.ts';

function fn(
  dll: 'advapi32.dll' | 'kernel32.dll',
  returns: FfiType,
  args: readonly FfiType[],
): FfiSignature & { readonly dll: string } {
  return { dll, returns, args };
}

/** Every Win32 function that the library calls. BOOL is i32, DWORD is u32, handles are ptr. */
export const FUNCTIONS = {
  RegisterServiceCtrlHandlerExW: fn('advapi32.dll', 'ptr', ['text', 'ptr', 'ptr']),
  SetServiceStatus: fn('advapi32.dll', 'i32', ['ptr', 'ptr']),

  CloseHandle: fn('kernel32.dll', 'i32', ['ptr']),
  CreateThread: fn('kernel32.dll', 'ptr', ['ptr', 'ptr', 'ptr', 'ptr', 'u32', 'ptr']),
  GetCurrentProcess: fn('kernel32.dll', 'ptr', []),
  GetLastError: fn('kernel32.dll', 'u32', []),
  TerminateProcess: fn('kernel32.dll', 'i32', ['ptr', 'u32']),
  WaitForSingleObject: fn('kernel32.dll', 'u32', ['ptr', 'u32']),
} as const;

export type Win32Api = { readonly [K in keyof typeof FUNCTIONS]: FfiFunction };

/** The functions, each bound when it is first used: binding costs more than most calls. */
export function createWin32Api(ffi: FfiPort): Win32Api {
  const api = {} as Record<string, FfiFunction>;
  for (const [name, signature] of Object.entries(FUNCTIONS)) {
    Object.defineProperty(api, name, {
      configurable: true,
      get() {
        const bound = ffi.bind(signature.dll, name, signature);
        Object.defineProperty(api, name, { value: bound });
        return bound;
      },
    });
  }
  return api as Win32Api;
}
