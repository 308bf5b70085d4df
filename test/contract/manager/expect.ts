import { deepEqual, equal, match, ok } from 'node:assert/strict';
import type { ServiceError, Win32Error } from 'winsvc';

/** The error that a call fails with. Not vitest's: scenarios run in programs that have no test runner. */
export async function failureOf(call: Promise<unknown>): Promise<Partial<ServiceError & Win32Error> & Error> {
  try {
    await call;
  } catch (error) {
    return error as Partial<ServiceError & Win32Error> & Error;
  }
  throw new Error('it was expected to fail, and did not');
}

/** A Win32 error that says all that is to be said: code, symbol, call, service, what was tried, and what to do. */
export async function refusedWith(
  call: Promise<unknown>,
  win32Code: number,
  { api, service }: { api?: string; service?: string } = {},
): Promise<void> {
  const error = await failureOf(call);
  equal(error.win32Code, win32Code, error.stack ?? error.message);
  equal(error.code, 'WIN32');
  ok(error.symbol?.startsWith('ERROR_'), error.message);
  if (api !== undefined) equal(error.api, api);
  if (service !== undefined) equal(error.service, service);
  match(error.message, /^Cannot .+\.(?: |$)/s);
}

/** The settings that are named, and no others. */
export function settingsAre<T extends object>(actual: T, wanted: Partial<T>): void {
  const named = Object.fromEntries(Object.keys(wanted).map((key) => [key, actual[key as keyof T]]));
  deepEqual(named, wanted);
}
