import { Win32Error } from '../../errors/win32-error.ts';

/** Failure of StartServiceW, with its code. */
export function startError(name: string, code: number): Win32Error {
  return new Win32Error({ api: 'StartServiceW', win32Code: code, action: `start service "${name}"`, service: name });
}
