import { ServiceError } from './service-error.ts';

/** Refuses other systems than Windows. @param what the call or the tool that needs it @throws ServiceError WINDOWS_ONLY */
export function requireWindows(what: string): void {
  if (process.platform === 'win32') return;
  throw new ServiceError(
    'WINDOWS_ONLY',
    `${what} needs Windows; this is ${process.platform}. In tests use createMockScm().manager() of winsvc/testing.`,
  );
}
