import { Win32Error } from '../../errors/win32-error.ts';
import { ERROR } from './constants.ts';

const UNREADABLE = new Set<number>([ERROR.ACCESS_DENIED, ERROR.BAD_NETPATH, ERROR.RPC_SERVER_UNAVAILABLE]);

/**
 * Reads from the registry, or returns `undefined` where that can't be: no rights (5), or another machine without the
 * service Remote Registry (53, 1722).
 */
export async function ifReadable<T>(read: () => Promise<T>): Promise<T | undefined> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof Win32Error && UNREADABLE.has(error.win32Code)) return undefined;
    throw error;
  }
}
