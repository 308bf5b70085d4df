import { Win32Error } from '../../errors/win32-error.ts';

/** StartServiceW failed with this code. */
export function startError(name: string, code: number): Win32Error {
  return new Win32Error({ api: 'StartServiceW', win32Code: code, action: `start service "${name}"`, service: name });
}
