/** DLL that every process has loaded, so that its bare name never leads to a file. */
export const KERNEL32 = 'kernel32.dll';

/** Longest path of a folder of the system, in characters, with its NUL. */
export const MAX_PATH = 260;

/**
 * Returns the path to load a DLL from. Windows' own DLLs are loaded by the full path of the system folder: koffi tries a bare name
 * in the working directory too, where another user may have put a DLL.
 *
 * Source: https://learn.microsoft.com/windows/win32/dlls/dynamic-link-library-security
 *
 * @param dll bare name, or a path, which stays as it is
 */
export function toLibraryPath(dll: string, systemFolder: () => string): string {
  if (dll === KERNEL32 || /[\\/]/.test(dll)) return dll;
  return `${systemFolder()}\\${dll}`;
}

/** Reads the path that GetSystemDirectoryW wrote. */
export function decodeSystemFolder(buffer: Buffer, chars: number): string {
  return buffer.toString('utf16le', 0, chars * 2);
}
